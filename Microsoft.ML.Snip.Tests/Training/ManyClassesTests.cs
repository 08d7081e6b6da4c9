using Microsoft.ML.Data;

namespace Microsoft.ML.Snip.Tests.Training;

/// <summary>What the defaults make of many classes and a sparsity below 90 %.</summary>
[TestClass]
public class ManyClassesTests
{
    private const int Classes = 60, Side = 8, RowsOfClass = 12;

    private static readonly ImageShape Shape = new(1, Side, Side);

    /// <summary>Chance is 0.017. With the learning rate of a dense network of ten classes it learns little in this time.</summary>
    [TestMethod]
    public void ASparseNetworkLearnsThemWithTheDefaults()
    {
        Assert.IsGreaterThan(0.5, Accuracy(learningRate: null));
        Assert.IsLessThan(0.3, Accuracy(learningRate: 0.02));
    }

    private static double Accuracy(double? learningRate)
    {
        var mlContext = new MLContext(1);
        var options = new PrunedImageClassificationTrainer.Options
        {
            Network = NetworkDefinition.Build("small", Shape).Flatten().Linear(100).ReLU().Linear(50).ReLU().Linear(Classes).ToDefinition(),
            Sparsity = 0.8,
            Epochs = 10,
            BatchSize = 50,
            LearningRate = learningRate,
        };
        using PrunedImageClassificationTransformer model =
            Pipelines.Classifier(Pipelines.Create(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(Draw(seed: 1))));
        SnipPredictor predictor = model.CreatePredictor();
        return Draw(seed: 2).Average(row => predictor.Predict(row.Image).Label == row.Label ? 1.0 : 0);
    }

    /// <summary>An image of noise for each class, with other noise on it.</summary>
    private static IEnumerable<ImageRow> Draw(int seed)
    {
        var own = new Random(0);
        float[][] ofClass = [.. Enumerable.Range(0, Classes).Select(_ => Noise(own))];
        var random = new Random(seed);
        return [.. Enumerable.Range(0, RowsOfClass * Classes).Select(row => new ImageRow
        {
            Image = [.. ofClass[row % Classes].Zip(Noise(random), (pixel, noise) => pixel + noise)],
            Label = $"{row % Classes}",
        })];
    }

    private static float[] Noise(Random random) => [.. Enumerable.Range(0, Shape.Count).Select(_ => random.NextSingle())];

    private sealed class ImageRow
    {
        [VectorType(1, Side, Side)]
        public float[] Image { get; set; } = [];

        public string Label { get; set; } = string.Empty;
    }
}
