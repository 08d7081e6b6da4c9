using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Snip;
using Microsoft.ML.Snip.Tests;
using TorchSharp;

// Not inside Microsoft.ML: the examples see the names that a reader's program sees.
namespace ReadmeExampleCode;

/// <summary>
/// The README's C#, line by line between "README: name" and "END", as tests. A region has the name of the test method, or of the nested
/// type, that it is in; what a test has before and after its region is what the reader already has, and what the reader may expect.
/// </summary>
[TestClass]
public class ReadmeExamples
{
    [TestMethod]
    public void TrainAPrunedClassifier()
    {
        var mlContext = new MLContext(1);
        IDataView data = Images(mlContext, 300);

        // README: TrainAPrunedClassifier
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Snip().PrunedImageClassification(labelColumnName: "Label", imageColumnName: "Image", sparsity: 0.98))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        ITransformer model = pipeline.Fit(data);
        // END

        Assert.IsGreaterThan(0.9, mlContext.MulticlassClassification.Evaluate(model.Transform(data)).MicroAccuracy);
        Assert.AreEqual(0.98, Pipelines.Classifier(model).Report.Sparsity, 1e-4);
    }

    [TestMethod]
    public void TrainANetworkOfYourOwn()
    {
        var mlContext = new MLContext(1);
        const int classCount = 3;

        // README: TrainANetworkOfYourOwn
        var builder = NetworkDefinition.Build("mine", new ImageShape(Channels: 1, Height: 28, Width: 28))
            .Conv2d(16, kernel: 3, stride: 2, padding: 1, bias: false).BatchNorm().ReLU();
        string shortcut = builder.Current;
        builder.Conv2d(16, kernel: 3, padding: 1, bias: false).BatchNorm().Add(shortcut).ReLU();
        NetworkDefinition network = builder.MaxPool(2).Flatten().Linear(classCount).ToDefinition();

        var trainer = mlContext.Snip().PrunedImageClassification(
            new PrunedImageClassificationTrainer.Options { Network = network, Sparsity = 0.95 });
        // END

        Assert.HasCount(3, Fit(mlContext, trainer).Layers);
    }

    [TestMethod]
    public void TrainATorchSharpSequential()
    {
        var mlContext = new MLContext(1);
        const int classCount = 3;

        // README: TrainATorchSharpSequential
        using var module = torch.nn.Sequential(
            ("conv", torch.nn.Conv2d(1, 16, 5, stride: 2)), ("act", torch.nn.ReLU()),
            ("flatten", torch.nn.Flatten()), ("fc", torch.nn.Linear(16 * 12 * 12, classCount)));

        var trainer = mlContext.Snip().PrunedImageClassification(new PrunedImageClassificationTrainer.Options
        {
            Network = NetworkDefinition.FromModule(module, new ImageShape(Channels: 1, Height: 28, Width: 28)),
            InitialWeights = NetworkWeights.FromModule(module), // Leave out to start from random weights.
            Sparsity = 0.95,
        });
        // END

        Assert.HasCount(2, Fit(mlContext, trainer).Layers);
    }

    [TestMethod]
    public void TrainAnyTorchSharpModule()
    {
        var mlContext = new MLContext(1);

        // README: TrainAnyTorchSharpModule
        SnipModules.Register("gated", (shape, classCount) => new GatedNetwork(shape, classCount));

        var trainer = mlContext.Snip().PrunedImageClassification(
            new PrunedImageClassificationTrainer.Options { ModuleName = "gated", Sparsity = 0.95 });
        // END

        Assert.HasCount(3, Fit(mlContext, trainer).Layers);
    }

    private static PruningReport Fit(MLContext mlContext, PrunedImageClassificationTrainer trainer)
    {
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label").Append(trainer);
        PruningReport report = pipeline.Fit(Images(mlContext, 60)).LastTransformer.Report;
        Assert.AreEqual(0.95, report.Sparsity, 1e-3);
        return report;
    }

    [TestMethod]
    public void PredictWithoutDataViews()
    {
        var mlContext = new MLContext(1);
        string modelPath = Path.GetTempFileName(), imagePath = Path.ChangeExtension(modelPath, ".png");
        Pipelines.Classifier(
            Pipelines.Create(mlContext, Pipelines.FastOptions()).Fit(SyntheticImages.AsVectors(mlContext, 90))).SaveModelFile(modelPath);
        (float[] pixels, string label) = SyntheticImages.Draw(1, seed: 3).First();
        using (MLImage image = SyntheticImages.ToImage(pixels))
        {
            image.Save(imagePath);
        }

        // README: PredictWithoutDataViews
        SnipPredictor predictor = SnipPredictor.Load(modelPath);
        SnipPrediction prediction = predictor.PredictFile(File.ReadAllBytes(imagePath));
        Console.WriteLine($"{prediction.Label} ({prediction.Probability:P0})");
        // END

        Assert.AreEqual(label, prediction.Label);
        File.Delete(modelPath);
        File.Delete(imagePath);
    }

    /// <summary>Synthetic images in the middle of 28x28 pixels, the size that the networks for Fashion-MNIST take.</summary>
    private static IDataView Images(MLContext mlContext, int count) => mlContext.Data.LoadFromEnumerable(
        SyntheticImages.Draw(count, seed: 1).Select(drawn => new ImageRow { Image = Pad(drawn.Pixels), Label = drawn.Label }).ToArray());

    private static float[] Pad(float[] pixels)
    {
        const int Border = (28 - SyntheticImages.Side) / 2;
        var padded = new float[28 * 28];
        for (int y = 0; y < SyntheticImages.Side; y++)
        {
            pixels.AsSpan(y * SyntheticImages.Side, SyntheticImages.Side).CopyTo(padded.AsSpan(((y + Border) * 28) + Border));
        }

        return padded;
    }

    // README: GatedNetwork
    internal sealed class GatedNetwork : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly torch.nn.Module<torch.Tensor, torch.Tensor> features, gate, classifier;

        public GatedNetwork(ImageShape shape, int classCount)
            : base("GatedNetwork")
        {
            features = torch.nn.Linear(shape.Count, 32);
            gate = torch.nn.Linear(shape.Count, 32);
            classifier = torch.nn.Linear(32, classCount);
            RegisterComponents();
        }

        public override torch.Tensor forward(torch.Tensor images)
        {
            torch.Tensor pixels = images.flatten(1);
            return classifier.call(features.call(pixels) * gate.call(pixels).sigmoid());
        }
    }
    // END

    private sealed class ImageRow
    {
        [VectorType(1, 28, 28)]
        public float[] Image { get; set; } = [];

        public string Label { get; set; } = string.Empty;
    }
}
