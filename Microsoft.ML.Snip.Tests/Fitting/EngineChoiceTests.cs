using Microsoft.ML.Data;
using Options = Microsoft.ML.Snip.PrunedImageClassificationTrainer.Options;

namespace Microsoft.ML.Snip.Tests.Fitting;

/// <summary>The engine that a fit chooses is in the log with its reason.</summary>
[TestClass]
public class EngineChoiceTests
{
    [TestMethod]
    [DataRow(
        0.95, TrainingEngine.Auto,
        "Training engine Managed: with 5.0 % of the connections kept, the managed engine is estimated to take 0.19 times as long as "
        + "TorchSharp.")]
    [DataRow(
        0.1, TrainingEngine.Auto,
        "Training engine Torch: with 90.0 % of the connections kept, the managed engine is estimated to take 1.15 times as long as "
        + "TorchSharp.")]
    [DataRow(0.5, TrainingEngine.Managed, "Training engine Managed: the options ask for it.")]
    [DataRow(0.95, TrainingEngine.Torch, "Training engine Torch: the options ask for it.")]
    public void TheEngineThatIsEstimatedToBeFasterIsChosen(double sparsity, TrainingEngine engine, string expected) =>
        CollectionAssert.Contains(LogOf(options => (options.Sparsity, options.TrainingEngine) = (sparsity, engine)), expected);

    [TestMethod]
    public void TheEngineAndTheReasonStayWithTheModel()
    {
        var mlContext = new MLContext(1);
        using PrunedImageClassificationTransformer model = Fit(
            mlContext, options => options.TrainingEngine = TrainingEngine.Managed).Model;
        using var saved = new MemoryStream();
        mlContext.Model.Save(model, null, saved);
        saved.Position = 0;
        using var loaded = (PrunedImageClassificationTransformer)mlContext.Model.Load(saved, out _);
        TrainingHistory history = loaded.History;
        Assert.AreEqual(TrainingEngine.Managed, history.Engine);
        Assert.AreEqual("the options ask for it", history.EngineReason);
    }

    [TestMethod]
    public void OtherNetworksAreTrainedByTorchSharp()
    {
        CollectionAssert.Contains(
            LogOf(options => options.Network = Normalized()),
            "Training engine Torch: the managed engine cannot train layer 'gn1' (GroupNorm).");
        CollectionAssert.Contains(
            LogOf(options => options.PruneBiases = true), "Training engine Torch: the managed engine cannot train pruned biases.");
    }

    [TestMethod]
    public void AnEngineThatCannotTrainTheNetworkIsRefused()
    {
        var exception = Assert.Throws<ArgumentException>(
            () => LogOf(options => (options.Network, options.TrainingEngine) = (Normalized(), TrainingEngine.Managed)));
        StringAssert.Contains(
            exception.Message, "TrainingEngine is Managed, but the managed engine cannot train layer 'gn1' (GroupNorm).");
    }

    [TestMethod]
    public void BothEnginesGiveNearlyTheSameModel()
    {
        float[] managed = Scores(TrainingEngine.Managed), torch = Scores(TrainingEngine.Torch);
        Assert.IsLessThan(1e-3f, managed.Zip(torch, (a, b) => Math.Abs(a - b)).Max());
    }

    private static NetworkDefinition Normalized() => NetworkDefinition
        .Build("mine", new ImageShape(1, SyntheticImages.Side, SyntheticImages.Side))
        .Conv2d(4, kernel: 3).GroupNorm(2).ReLU().Flatten().Linear(SyntheticImages.ClassNames.Length).ToDefinition();

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
