using Microsoft.ML.Data;

namespace Microsoft.ML.Snip.Tests;

/// <summary>Rewiring through the front door: as small a model, of other connections.</summary>
[TestClass]
public class RewiringTests
{
    [TestMethod]
    public void EachLayerKeepsAsManyConnectionsAndSomeOthers()
    {
        using PrunedImageClassificationTransformer still = Fit(0), moved = Fit(0.3);
        CollectionAssert.AreEqual(
            still.Report.Layers.Select(layer => layer.Kept).ToArray(), moved.Report.Layers.Select(layer => layer.Kept).ToArray());
        CollectionAssert.AreNotEqual(still.Report.RetainedPerPixel!.Counts, moved.Report.RetainedPerPixel!.Counts);
    }

    [TestMethod]
    public void TheSameSeedGivesTheSameModelFileByteForByte()
    {
        byte[] first = Save(Fit(0.3));
        TorchSharp.torch.manual_seed(99);
        CollectionAssert.AreEqual(first, Save(Fit(0.3)), "the second fit differs");
        CollectionAssert.AreNotEqual(first, Save(Fit(0)), "rewiring makes no difference");
    }

    /// <summary>A dense layer has no place to move to; it trains as it would.</summary>
    [TestMethod]
    public void ANetworkThatIsNotPrunedIsNotRewired() => CollectionAssert.AreEqual(Save(Fit(0, sparsity: 0)), Save(Fit(0.3, sparsity: 0)));

    /// <summary>The model predicts from the weights that training ended with, those that moved included: validation sees the same on torch.</summary>
    [TestMethod]
    [DataRow(NetworkArchitecture.LeNet300)]
    [DataRow(NetworkArchitecture.GruS)]
    public void TheModelIsTheNetworkThatWasTrained(NetworkArchitecture architecture)
    {
        var mlContext = new MLContext(5);
        IDataView held = SyntheticPictures.AsVectors(mlContext, 60, seed: 2);
        using PrunedImageClassificationTransformer model = Fit(0.3, architecture: architecture, validation: held);
        IDataView labelled = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(held).Transform(held);
        MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(labelled));
        Assert.AreEqual(model.History.Epochs[^1].ValidationLoss!.Value, metrics.LogLoss, 1e-4);
    }

    private static PrunedImageClassificationTransformer Fit(
        double fraction, double sparsity = 0.95, NetworkArchitecture architecture = NetworkArchitecture.LeNet300, IDataView? validation = null)
    {
        var mlContext = new MLContext(5);
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.Architecture = architecture;
        options.Sparsity = sparsity;
        options.RewiringFraction = fraction;
        options.RewiringInterval = 2;
        var keys = mlContext.Transforms.Conversion.MapValueToKey("Label");
        IDataView pictures = SyntheticPictures.AsVectors(mlContext, 120);
        options.ValidationSet = validation is null ? null : keys.Fit(pictures).Transform(validation);
        return Pipelines.Classifier(Pipelines.Create(mlContext, options).Fit(pictures));
    }

    private static byte[] Save(PrunedImageClassificationTransformer model)
    {
        string path = Path.GetTempFileName();
        using (model)
        {
            model.SaveModelFile(path);
        }

        byte[] file = File.ReadAllBytes(path);
        File.Delete(path);
        return file;
    }
}
