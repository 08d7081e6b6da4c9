using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Snip.Tests;

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
        IDataView data = Pictures(mlContext, 300);

        // README: TrainAPrunedClassifier
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Snip().PrunedImageClassification(labelColumnName: "Label", imageColumnName: "Image", sparsity: 0.98))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        ITransformer model = pipeline.Fit(data);
        // END

        Assert.IsGreaterThan(0.9, mlContext.MulticlassClassification.Evaluate(model.Transform(data)).MicroAccuracy);
        Assert.AreEqual(0.98, Pipelines.Classifier(model).Report.Sparsity, 1e-4);
    }

    /// <summary>Synthetic pictures in the middle of 28x28 pixels, the size that the networks for Fashion-MNIST take.</summary>
    private static IDataView Pictures(MLContext mlContext, int count) => mlContext.Data.LoadFromEnumerable(
        SyntheticPictures.Draw(count, seed: 1).Select(drawn => new Picture { Image = Pad(drawn.Pixels), Label = drawn.Label }).ToArray());

    private static float[] Pad(float[] pixels)
    {
        const int Border = (28 - SyntheticPictures.Side) / 2;
        var padded = new float[28 * 28];
        for (int y = 0; y < SyntheticPictures.Side; y++)
        {
            pixels.AsSpan(y * SyntheticPictures.Side, SyntheticPictures.Side).CopyTo(padded.AsSpan(((y + Border) * 28) + Border));
        }

        return padded;
    }

    private sealed class Picture
    {
        [VectorType(1, 28, 28)]
        public float[] Image { get; set; } = [];

        public string Label { get; set; } = string.Empty;
    }
}
