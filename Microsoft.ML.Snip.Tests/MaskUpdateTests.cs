using Microsoft.ML.Data;
using Options = Microsoft.ML.Snip.PrunedImageClassificationTrainer.Options;

namespace Microsoft.ML.Snip.Tests;

/// <summary>Mask updates through the front door: as many connections, and others.</summary>
[TestClass]
public class MaskUpdateTests
{
    private static readonly Action<Options> Updated = options => (options.DropFraction, options.MaskUpdateInterval) = (0.3, 2);

    [TestMethod]
    public void EachLayerKeepsAsManyConnectionsAndSomeOthers()
    {
        using PrunedImageClassificationTransformer still = Fit(), moved = Fit(Updated);
        CollectionAssert.AreEqual(still.Report.Layers.ToArray(), moved.Report.Layers.ToArray());
        CollectionAssert.AreNotEqual(still.Report.RetainedPerPixel!.Counts, moved.Report.RetainedPerPixel!.Counts);
    }

    [TestMethod]
    public void LayersThatAreWholeOrHaveNothingLeftStayAsTheyAre()
    {
        Action<Options> settings = options =>
        {
            options.Exclude = ["fc2.weight"];
            options.LayerSparsities = [new LayerSparsity("fc3.weight", 0)];
            options.PruneBiases = true;
            options.Momentum = 0;
        };
        using PrunedImageClassificationTransformer still = Fit(settings), moved = Fit(settings + Updated);
        CollectionAssert.AreEqual(still.Report.Layers.ToArray(), moved.Report.Layers.ToArray());
        Assert.AreEqual(0, moved.Report.Layers.Single(layer => layer.Name == "fc1.bias").Kept);
        CollectionAssert.AreNotEqual(still.Report.RetainedPerPixel!.Counts, moved.Report.RetainedPerPixel!.Counts);
    }

    [TestMethod]
    public void TheSameSeedGivesTheSameModelFileByteForByte()
    {
        byte[] first = Pipelines.ModelFile(Fit(Updated));
        TorchSharp.torch.manual_seed(99);
        CollectionAssert.AreEqual(first, Pipelines.ModelFile(Fit(Updated)), "the second fit differs");
        CollectionAssert.AreNotEqual(first, Pipelines.ModelFile(Fit()), "mask updates make no difference");
    }

    /// <summary>A dense layer has no place to move to; it trains as it would.</summary>
    [TestMethod]
    public void ANetworkThatIsNotPrunedKeepsItsMask()
    {
        Action<Options> dense = options => options.Sparsity = 0;
        CollectionAssert.AreEqual(Pipelines.ModelFile(Fit(dense)), Pipelines.ModelFile(Fit(dense + Updated)));
        Assert.IsEmpty(LogOf(dense + Updated));
    }

    [TestMethod]
    public void TheLogTellsHowOftenConnectionsMove()
    {
        // 120 images in batches of 32, 3 epochs: 12 steps, of which 2, 4, 6, 8 and 10 are followed by a move.
        StringAssert.Contains(LogOf(Updated).Single(), "Every 2 steps, 5 times in total");
        StringAssert.Contains(
            LogOf(Updated + (options => options.MaskUpdateInterval = 50)).Single(), "The mask will not be updated: training takes 12 "
                + "steps, too few for a MaskUpdateInterval of 50.");
    }

    /// <summary>
    /// The model predicts from the weights that training ended with, those that moved included: validation sees the same on torch.
    /// </summary>
    [TestMethod]
    [DataRow(NetworkArchitecture.LeNet300)]
    [DataRow(NetworkArchitecture.SmallCnn)]
    [DataRow(NetworkArchitecture.GruS)]
    public void TheModelIsTheNetworkThatWasTrained(NetworkArchitecture architecture)
    {
        var mlContext = new MLContext(5);
        IDataView held = SyntheticImages.AsVectors(mlContext, 60, seed: 2);
        IDataView labelled = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(held).Transform(held);
        using PrunedImageClassificationTransformer model = Fit(
            Updated + (options => (options.Architecture, options.ValidationSet, options.LearningRate) = (architecture, labelled, 0.003)));
        MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(labelled));
        Assert.IsGreaterThan(0.01, metrics.LogLoss, "a loss of nearly 0 would show nothing");
        Assert.AreEqual(model.History.Epochs[^1].ValidationLoss!.Value, metrics.LogLoss, 1e-4);
    }

    private static PrunedImageClassificationTransformer Fit(Action<Options>? set = null)
    {
        var mlContext = new MLContext(5);
        Options options = Pipelines.FastOptions();
        set?.Invoke(options);
        return Pipelines.Classifier(Pipelines.Create(mlContext, options).Fit(SyntheticImages.AsVectors(mlContext, 120)));
    }

    private static string[] LogOf(Action<Options> set) =>
        [.. Pipelines.LogOf(set, images: 120).Where(line =>
            line.Contains("are dropped and grown", StringComparison.Ordinal)
            || line.Contains("will not be updated", StringComparison.Ordinal))];
}
