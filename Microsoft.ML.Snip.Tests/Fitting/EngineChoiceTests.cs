using Microsoft.ML.Data;
using Options = Microsoft.ML.Snip.PrunedImageClassificationTrainer.Options;

namespace Microsoft.ML.Snip.Tests.Fitting;

/// <summary>The engine that a fit chooses is in the log with its reason.</summary>
[TestClass]
public class EngineChoiceTests
{
    [TestMethod]
    [DataRow(0.95, TrainingEngine.Auto, "Training engine Managed: 5.0 % of the connections are kept.")]
    [DataRow(
        0.5, TrainingEngine.Auto,
        "Training engine Torch: 50.0 % of the connections are kept, and the managed engine is faster up to 40 %.")]
    [DataRow(0.5, TrainingEngine.Managed, "Training engine Managed: the options ask for it.")]
    [DataRow(0.95, TrainingEngine.Torch, "Training engine Torch: the options ask for it.")]
    public void SparseFullyConnectedNetworksAreTrainedByTheManagedEngine(double sparsity, TrainingEngine engine, string expected) =>
        CollectionAssert.Contains(LogOf(options => (options.Sparsity, options.TrainingEngine) = (sparsity, engine)), expected);

    [TestMethod]
    public void OtherNetworksAreTrainedByTorchSharp()
    {
        CollectionAssert.Contains(
            LogOf(options => options.Network = Convolutional()),
            "Training engine Torch: the managed engine cannot train layer 'conv1' (Conv2d).");
        CollectionAssert.Contains(
            LogOf(options => options.PruneBiases = true), "Training engine Torch: the managed engine cannot train pruned biases.");
    }

    [TestMethod]
    public void AnEngineThatCannotTrainTheNetworkIsRefused()
    {
        var exception = Assert.Throws<ArgumentException>(
            () => LogOf(options => (options.Network, options.TrainingEngine) = (Convolutional(), TrainingEngine.Managed)));
        StringAssert.Contains(
            exception.Message, "TrainingEngine is Managed, but the managed engine cannot train layer 'conv1' (Conv2d).");
    }

    [TestMethod]
    public void BothEnginesGiveNearlyTheSameModel()
    {
        float[] managed = Scores(TrainingEngine.Managed), torch = Scores(TrainingEngine.Torch);
        Assert.IsLessThan(1e-3f, managed.Zip(torch, (a, b) => Math.Abs(a - b)).Max());
    }

    private static NetworkDefinition Convolutional() => NetworkDefinition
        .Build("mine", new ImageShape(1, SyntheticImages.Side, SyntheticImages.Side))
        .Conv2d(4, kernel: 3).ReLU().Flatten().Linear(SyntheticImages.ClassNames.Length).ToDefinition();

    private static float[] Scores(TrainingEngine engine)
    {
        var mlContext = new MLContext(1);
        (IDataView data, PrunedImageClassificationTransformer model) = Fit(mlContext, options => options.TrainingEngine = engine);
        using (model)
        {
            return [.. model.Transform(data).GetColumn<float[]>("Score").SelectMany(scores => scores)];
        }
    }

    private static string[] LogOf(Action<Options> change)
    {
        var messages = new List<string>();
        var mlContext = new MLContext(1);
        mlContext.Log += (_, entry) => messages.Add(entry.RawMessage);
        Fit(mlContext, change).Model.Dispose();
        return [.. messages];
    }

    private static (IDataView Data, PrunedImageClassificationTransformer Model) Fit(MLContext mlContext, Action<Options> change)
    {
        IDataView data = PrunedImageClassificationTrainerTests.Keyed(mlContext, SyntheticImages.AsVectors(mlContext, 40));
        var options = new Options { Architecture = NetworkArchitecture.LeNet300, Sparsity = 0.9, Epochs = 2, BatchSize = 10, Seed = 3 };
        change(options);
        return (data, mlContext.Snip().PrunedImageClassification(options).Fit(data));
    }
}
