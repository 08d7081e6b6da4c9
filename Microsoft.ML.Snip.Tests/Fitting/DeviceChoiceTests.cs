using Options = Microsoft.ML.Snip.PrunedImageClassificationTrainer.Options;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Fitting;

/// <summary>GPUs that are asked for: by the options, or by the context.</summary>
[TestClass]
public class DeviceChoiceTests
{
    public static IEnumerable<object[]> WaysToAsk =>
    [
        ["the options", (Action<MLContext, Options>)((_, options) => options.Device = TrainingDevice.Cuda(Missing))],
        ["the context", (Action<MLContext, Options>)((context, _) => context.GpuDeviceId = Missing)],
    ];

    /// <summary>A GPU that no machine has.</summary>
    private const int Missing = 77;

    [TestMethod]
    [DynamicData(nameof(WaysToAsk))]
    public void AGpuThatIsMissingIsAnErrorThatSaysWhatToDo(string way, object ask)
    {
        var mlContext = new MLContext(1);
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(mlContext, (Action<MLContext, Options>)ask), way);
        StringAssert.Contains(exception.Message, "The device cuda:77 cannot be used.");
        StringAssert.Contains(exception.Message, "set MLContext.FallbackToCpu");
        if (!cuda.is_available())
        {
            StringAssert.Contains(exception.Message, "TorchSharp-cuda-linux");
        }
    }

    [TestMethod]
    [DynamicData(nameof(WaysToAsk))]
    public void TheCpuReplacesItIfTheContextAllowsIt(string way, object ask)
    {
        var mlContext = new MLContext(1) { FallbackToCpu = true };
        List<string> log = [];
        mlContext.Log += (_, entry) => log.Add(entry.Message);
        using PrunedImageClassificationTransformer model = Fit(mlContext, (Action<MLContext, Options>)ask);
        Assert.AreEqual("cpu", model.History.Device, way);
        Assert.IsTrue(log.Any(line => line.Contains("cuda:77 cannot be used; training runs on the CPU", StringComparison.Ordinal)));
        Assert.IsTrue(log.Any(line => line.Contains("Training runs on cpu.", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void TheCpuOfTheOptionsCountsMoreThanTheGpuOfTheContext()
    {
        var mlContext = new MLContext(1) { GpuDeviceId = Missing };
        using PrunedImageClassificationTransformer model = Fit(mlContext, (_, options) => options.Device = TrainingDevice.Cpu);
        Assert.AreEqual("cpu", model.History.Device);
    }

    [TestMethod]
    public void TheManagedEngineHasNoGpu() => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentException>(() => Fit(
            new MLContext(1), (_, options) => (options.Device, options.TrainingEngine) = (TrainingDevice.Cuda(), TrainingEngine.Managed)))
            .Message,
        "TrainingEngine is Managed");

    [TestMethod]
    public void ADeviceWithoutANumberIsRefused() => Assert.ThrowsExactly<ArgumentOutOfRangeException>(
        () => Fit(new MLContext(1), (_, options) => options.Device = TrainingDevice.Cuda(-1)));

    private static PrunedImageClassificationTransformer Fit(MLContext mlContext, Action<MLContext, Options> ask)
    {
        Options options = Pipelines.FastOptions();
        ask(mlContext, options);
        return Pipelines.Classifier(Pipelines.Create(mlContext, options).Fit(SyntheticImages.AsVectors(mlContext, 40)));
    }
}
