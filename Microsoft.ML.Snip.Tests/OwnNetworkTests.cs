using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests;

/// <summary>Networks that are not built in: converted from TorchSharp.</summary>
[TestClass]
public class OwnNetworkTests
{
    private static readonly ImageShape Shape = new(1, SyntheticImages.Side, SyntheticImages.Side);

    [TestMethod]
    public void AConvertedSequentialIsTrained()
    {
        using var module = MakeSequential();
        PrunedImageClassificationTransformer model = Fit(options => options.Network = NetworkDefinition.FromModule(module, Shape, "mine"));
        Assert.AreEqual("mine", model.Report.Network);
        CollectionAssert.AreEqual(
            new[] { "features_conv.weight", "head.weight" }, model.Report.Layers.Select(layer => layer.Name).ToArray());
        Assert.IsGreaterThan(0.95, model.History.Epochs[^1].Accuracy);
    }

    [TestMethod]
    public void AFitStartsFromTheWeightsGiven()
    {
        using var module = MakeSequential();
        PrunedImageClassificationTransformer model = Fit(options =>
        {
            options.Network = NetworkDefinition.FromModule(module, Shape);
            options.InitialWeights = NetworkWeights.FromModule(module);
            options.Sparsity = 0;
            options.LearningRate = 1e-20;
        });
        float[] pixels = SyntheticImages.Draw(1, seed: 5).Single().Pixels;
        (double mean, double deviation) = Normalization();
        module.eval();
        using Tensor logits = module.forward(tensor(pixels.Select(pixel => (float)((pixel - mean) / deviation)).ToArray(), [1, 1, 16, 16]));
        float[] expected = logits.softmax(1).data<float>().ToArray(), actual = model.CreatePredictor().Predict(pixels).Scores;
        for (int index = 0; index < expected.Length; index++)
        {
            Assert.AreEqual(expected[index], actual[index], 1e-4f);
        }
    }

    [TestMethod]
    public void ASoftmaxThatWasLeftOutIsSaidInTheLog()
    {
        using var module = nn.Sequential(("flatten", nn.Flatten()), ("head", nn.Linear(256, 3)), ("scores", nn.Softmax(1)));
        var lines = new List<string>();
        Fit(options => options.Network = NetworkDefinition.FromModule(module, Shape), lines.Add);
        Assert.Contains(line => line.Contains("Module 'scores' (Softmax) at the end is removed", StringComparison.Ordinal), lines);
    }

    [TestMethod]
    public void ANetworkWithoutWeightsIsRefused()
    {
        var exception = Assert.Throws<ArgumentException>(
            () => Fit(options => options.Network = NetworkDefinition.Build("empty", Shape).Flatten().ToDefinition()));
        StringAssert.Contains(exception.Message, "The network 'empty' has no weights");
    }

    [TestMethod]
    public void InitialWeightsThatDoNotSuitTheNetworkAreRefused()
    {
        var exception = Assert.Throws<ArgumentException>(
            () => Fit(options => options.InitialWeights = new NetworkWeights([new("conv9.weight", [1])])));
        StringAssert.Contains(exception.Message, "'conv9.weight'");
    }

    private static TorchSharp.Modules.Sequential MakeSequential() => nn.Sequential(
        ("features", nn.Sequential(("conv", nn.Conv2d(1, 4, 5, stride: 2)), ("act", nn.ReLU()))), ("flatten", nn.Flatten()),
        ("head", nn.Linear(144, 3)));

    private static PrunedImageClassificationTransformer Fit(
        Action<PrunedImageClassificationTrainer.Options> set, Action<string>? log = null)
    {
        var mlContext = new MLContext(1);
        mlContext.Log += (_, entry) => log?.Invoke(entry.Message);
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.Sparsity = 0.5;
        set(options);
        return Pipelines.Classifier(Pipelines.Create(mlContext, options).Fit(SyntheticImages.AsVectors(mlContext, 90)));
    }

    /// <summary>Of the training images' pixels: what a fit learns and stores.</summary>
    private static (double Mean, double Deviation) Normalization()
    {
        float[] all = [.. SyntheticImages.Draw(90, seed: 1).SelectMany(image => image.Pixels)];
        double mean = all.Average(pixel => (double)pixel);
        return (mean, Math.Sqrt(all.Average(pixel => (pixel - mean) * (pixel - mean))));
    }
}
