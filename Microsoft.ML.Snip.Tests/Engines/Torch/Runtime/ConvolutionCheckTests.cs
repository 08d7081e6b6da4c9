using Microsoft.ML.Snip.Engines.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Engines.Torch.Runtime;

/// <summary>
/// The check of libtorch's convolutions, and the switch it has for those that are wrong. All of it holds on machines of both kinds.
/// </summary>
[TestClass]
public class ConvolutionCheckTests
{
    private static readonly float[] Expected = [3, -40, 0, 7];

    [TestMethod]
    public void NumbersThatDifferByRoundingAreRight() =>
        Assert.IsNull(ConvolutionCheck.Compare("output", [3.00001f, -39.99999f, 1e-6f, 7], Expected));

    [TestMethod]
    [DataRow(0, 3.1f)]
    [DataRow(1, 40f)]
    [DataRow(2, 0.05f)]
    [DataRow(3, 0f)]
    [DataRow(0, float.NaN)]
    [DataRow(3, float.NaN)]
    [DataRow(2, float.PositiveInfinity)]
    [DataRow(1, float.NegativeInfinity)]
    public void OneWrongNumberIsSeen(int at, float wrong)
    {
        float[] actual = [.. Expected];
        actual[at] = wrong;
        string? mistake = ConvolutionCheck.Compare("output", actual, Expected);
        Assert.IsNotNull(mistake);
        StringAssert.StartsWith(mistake, "the output is off by ");
        StringAssert.EndsWith(mistake, "where values reach 40");
    }

    /// <summary>Float64 convolutions use no oneDNN and are right everywhere.</summary>
    [TestMethod]
    [DataRow(3, 2, 3, 1, 5, 2)]
    [DataRow(2, 5, 2, 2, 7, 3)]
    [DataRow(4, 1, 1, 3, 5, 1)]
    public void ThePlainLoopComputesAConvolutionAndItsGradients(int inputs, int outputs, int kernel, int stride, int side, int batch)
    {
        using DisposeScope scope = NewDisposeScope();
        var sample = new SmallConvolution(inputs, outputs, kernel, stride, side, batch);
        float[] input = SmallConvolution.Draw(sample.InputShape, 5), weight = SmallConvolution.Draw(sample.WeightShape, 6);
        float[] gradient = SmallConvolution.Draw(sample.OutputShape, 7);
        Tensor x = tensor(input, sample.InputShape).to(float64), w = tensor(weight, sample.WeightShape).to(float64);
        x.requires_grad = w.requires_grad = true;
        Tensor y = nn.functional.conv2d(x, w, strides: [stride, stride]);
        CollectionAssert.AreEqual(sample.OutputShape, y.shape);
        y.backward([tensor(gradient, sample.OutputShape).to(float64)]);
        (float[] output, float[] inputGradient, float[] weightGradient) = sample.Compute(input, weight, gradient);
        CollectionAssert.AreEqual(Read(y), output);
        CollectionAssert.AreEqual(Read(x.grad!), inputGradient);
        CollectionAssert.AreEqual(Read(w.grad!), weightGradient);
    }

    /// <summary>LeNet-5's second convolution, which is wrong wherever libtorch is.</summary>
    [TestMethod]
    public void TheFindingIsTrueOfThisMachine()
    {
        using DisposeScope scope = NewDisposeScope();
        Assert.AreEqual(ConvolutionCheck.FindFault() is null, IsRight(20, 50), ConvolutionCheck.FindFault());
    }

    [TestMethod]
    public void WithoutOneDnnConvolutionsAreRightOnEveryMachine()
    {
        if (!OneDnn.OfProcess.CanSwitch)
        {
            Assert.Inconclusive("This platform's libtorch has no such switch.");
        }

        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = OneDnn.OfProcess.SwitchOff();
        Assert.IsTrue(IsRight(20, 50));
        Assert.IsTrue(IsRight(17, 32));
    }

    [TestMethod]
    public void OneDnnIsOffUntilTheLastLetsGo()
    {
        if (!OneDnn.OfProcess.CanSwitch)
        {
            Assert.Inconclusive("This platform's libtorch has no such switch.");
        }

        Assert.IsTrue(OneDnn.OfProcess.IsOn);
        IDisposable first = OneDnn.OfProcess.SwitchOff(), second = OneDnn.OfProcess.SwitchOff();
        Assert.IsFalse(OneDnn.OfProcess.IsOn);
        Assert.IsTrue(OneDnn.OfProcess.IsWanted, "the program itself wants it on");
        first.Dispose();
        first.Dispose();
        Assert.IsFalse(OneDnn.OfProcess.IsOn, "the second still needs it off, however often the first is disposed");
        second.Dispose();
        Assert.IsTrue(OneDnn.OfProcess.IsOn);
    }

    [TestMethod]
    public void WhereOneDnnCannotBeSwitchedOffTheMessageSaysWhatToSet()
    {
        var without = new OneDnn(IntPtr.Zero);
        Assert.IsFalse(without.CanSwitch);
        Assert.IsTrue(without.IsOn);
        string message = Assert.Throws<InvalidOperationException>(
            () => ConvolutionCheck.SwitchOff(without, "20 to 50 channels: wrong")).Message;
        StringAssert.Contains(message, "20 to 50 channels: wrong");
        StringAssert.Contains(message, "ONEDNN_MAX_CPU_ISA=SSE41");
    }

    private static bool IsRight(int inputs, int outputs)
    {
        using var generator = new Generator(1);
        Tensor x = randn([8, inputs, 8, 8], generator: generator), w = randn([outputs, inputs, 3, 3], generator: generator);
        Tensor difference = nn.functional.conv2d(x, w) - nn.functional.conv2d(x.to(float64), w.to(float64));
        return difference.abs().max().item<double>() < 1e-2;
    }

    private static float[] Read(Tensor values) =>
        Array.ConvertAll(values.detach().contiguous().data<double>().ToArray(), value => (float)value);
}
