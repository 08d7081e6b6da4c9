using Microsoft.ML.Snip.Engines.Torch.Modules;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;
using Padding = Microsoft.ML.Snip.Networks.Layers.Padding;

namespace Microsoft.ML.Snip.Tests.Engines.Torch.Modules;

/// <summary>
/// The form of convolutions for machines on which libtorch's plain ones are wrong, against plain ones in float64, which are right
/// everywhere. It must hold on machines of both kinds.
/// </summary>
[TestClass]
public class PaddedConvolutionTests
{
    private static readonly NetworkDefinition LeNet = NetworkDefinition.FromArchitecture(
        NetworkArchitecture.LeNet5, new ImageShape(1, 28, 28), 10);

    [TestMethod]
    [DataRow(1, 20, 5, 5, 1, 0)]
    [DataRow(3, 7, 3, 3, 1, 1)]
    [DataRow(20, 50, 5, 5, 1, 0)]
    [DataRow(17, 32, 3, 3, 1, 1)]
    [DataRow(32, 50, 3, 3, 1, 1)]
    [DataRow(24, 48, 3, 3, 2, 1)]
    [DataRow(20, 50, 1, 1, 1, 0)]
    [DataRow(12, 8, 1, 3, 1, 2)]
    [DataRow(9, 33, 3, 1, 3, 0)]
    [DataRow(5, 16, 2, 2, 2, 0)]
    [DataRow(16, 32, 3, 3, 2, 1)]
    [DataRow(48, 16, 3, 3, 2, 1)]
    [DataRow(40, 24, 2, 2, 2, 0)]
    [DataRow(80, 48, 5, 5, 3, 2)]
    [DataRow(64, 64, 3, 3, 1, 1)]
    public void ItIsThePlainConvolutionWithItsGradients(int channels, int filters, int rows, int columns, int stride, int padding)
    {
        foreach (int batch in (int[])[1, 8])
        {
            Compare(channels, filters, (rows, columns), stride, Padding.Same(padding), batch, bias: true);
            Compare(channels, filters, (rows, columns), stride, new Padding(padding, padding + 1, 0, padding + 2), batch, bias: false);
        }
    }

    [TestMethod]
    public void RandomShapesAreRightToo()
    {
        var random = new Random(4);
        for (int trial = 0; trial < 150; trial++)
        {
            Compare(
                random.Next(1, 100), random.Next(1, 70), (random.Next(1, 5), random.Next(1, 5)), random.Next(1, 4),
                new Padding(random.Next(3), random.Next(3), random.Next(3), random.Next(3)), random.Next(1, 9), random.Next(2) == 0);
        }
    }

    [TestMethod]
    public void WithoutGradientsNothingButTheOutputIsLeft()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor input = rand(2, 20, 6, 6), weight = rand(50, 20, 3, 3);
        int before = scope.DisposablesCount;
        using (no_grad())
        {
            PaddedConvolution.Run(input, weight, rand(50), 1, new Padding(0, 1, 0, 1));
        }

        Assert.AreEqual(before + 2, scope.DisposablesCount, "the bias and the output");
    }

    [TestMethod]
    [DynamicData(nameof(Definitions))]
    public void AWholeNetworkGivesTheSameOutputAndGradients(NetworkDefinition definition)
    {
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, float[]> values = WeightInitializer.Draw(definition, new Random(2));
        using var padded = new TorchNetwork(definition, form: TorchForm.Padded);
        using var plain = new TorchNetwork(definition, form: TorchForm.Plain);
        padded.LoadParameters(values);
        plain.LoadParameters(values);
        plain.to(float64);
        padded.eval();
        plain.eval();
        ImageShape shape = definition.InputShape;
        Tensor input = rand(6, shape.Channels, shape.Height, shape.Width, generator: new Generator(3)),
            labels = arange(6, int64).remainder(3);
        Tensor actual = padded.forward(input), expected = plain.forward(input.to(float64));
        Expect(expected, actual, "logits");
        using (no_grad())
        {
            Expect(expected, padded.forward(input), "logits without gradients");
        }

        nn.functional.cross_entropy(actual, labels).backward();
        nn.functional.cross_entropy(expected, labels).backward();
        Dictionary<string, Tensor> gradients = plain.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter.grad!);
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in padded.named_parameters())
        {
            Expect(gradients[name], parameter.grad!, name);
        }
    }

    private static IEnumerable<object[]> Definitions => [.. SampleNetworks.All, [LeNet]];

    private static void Compare(
        int channels, int filters, (int Rows, int Columns) kernel, int stride, Padding padding, int batch, bool bias)
    {
        string shape = $"{channels} to {filters}, kernel {kernel}, stride {stride}, {padding}, batch {batch}, bias {bias}";
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor x = Leaf(randn([batch, channels, 7, 6], generator: generator));
        Tensor w = Leaf(randn([filters, channels, kernel.Rows, kernel.Columns], generator: generator));
        Tensor b = Leaf(randn([filters], generator: generator));
        Tensor x64 = Leaf(x.to(float64)), w64 = Leaf(w.to(float64)), b64 = Leaf(b.to(float64));
        Tensor actual = PaddedConvolution.Run(x, w, bias ? b : null, stride, padding);
        Tensor framed = nn.functional.pad(x64, [padding.Left, padding.Right, padding.Top, padding.Bottom]);
        Tensor expected = nn.functional.conv2d(framed, w64, bias ? b64 : null, [stride, stride]);
        Expect(expected, actual, "output of " + shape);
        Tensor firstLayer = PaddedConvolution.Run(x.detach(), w.detach(), bias ? b.detach() : null, stride, padding);
        Expect(expected, firstLayer, "output without gradients of " + shape);
        Tensor gradient = randn(actual.shape, generator: generator);
        actual.backward([gradient]);
        expected.backward([gradient.to(float64)]);
        Expect(x64.grad!, x.grad!, "input gradient of " + shape);
        Expect(w64.grad!, w.grad!, "weight gradient of " + shape);
        if (bias)
        {
            Expect(b64.grad!, b.grad!, "bias gradient of " + shape);
        }
    }

    private static Tensor Leaf(Tensor values)
    {
        Tensor leaf = values.detach().clone();
        leaf.requires_grad = true;
        return leaf;
    }

    private static void Expect(Tensor expected, Tensor actual, string what)
    {
        CollectionAssert.AreEqual(expected.shape, actual.shape, what);
        double error = (actual.detach().to(float64) - expected.detach()).abs().max().item<double>();
        double scale = Math.Max(1e-3, expected.detach().abs().max().item<double>());
        Assert.IsTrue(error <= 1e-5 * scale, $"{what}: off by {error} of {scale}");
    }
}
