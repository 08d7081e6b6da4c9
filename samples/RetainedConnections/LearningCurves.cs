using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Snip;

namespace RetainedConnectionsSample;

/// <summary>
/// Whether a network can memorise: trained on true labels and on labels dealt out at random, dense and with 98 % of the connections cut.
/// All four have the same recipe, without weight decay, which would work against memorising.
/// </summary>
internal static class LearningCurves
{
    private const double Sparsity = 0.98;

    public static void Print(ImageRow[] all, int imageCount, int epochs)
    {
        ImageRow[] images = all[..Math.Min(imageCount, all.Length)];
        string[] shuffled = Array.ConvertAll(images, image => image.Label);
        new Random(0).Shuffle(shuffled);
        ImageRow[] random = [.. images.Zip(shuffled, (image, label) => new ImageRow { Image = image.Image, Label = label })];

        (string Name, EpochSummary[] Epochs)[] curves =
        [
            ("dense, true labels", Fit(images, 0, epochs)),
            ("sparse, true labels", Fit(images, Sparsity, epochs)),
            ("dense, random labels", Fit(random, 0, epochs)),
            ("sparse, random labels", Fit(random, Sparsity, epochs)),
        ];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"LeNet-300-100 on {images.Length} images; sparse: {100 * Sparsity:F0} % of the connections cut. "
            + $"Training loss and accuracy of each epoch:"));
        Console.WriteLine("epoch" + string.Concat(curves.Select(curve => $" | {curve.Name,21}")));
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            Console.WriteLine($"{epoch + 1,5}" + string.Concat(curves.Select(curve => string.Create(
                CultureInfo.InvariantCulture, $" | {curve.Epochs[epoch].Loss,12:F4} {100 * curve.Epochs[epoch].Accuracy,6:F1} %"))));
        }
    }

    private static EpochSummary[] Fit(ImageRow[] images, double sparsity, int epochs)
    {
        var mlContext = new MLContext(0);
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Snip().PrunedImageClassification(new PrunedImageClassificationTrainer.Options
            {
                Architecture = NetworkArchitecture.LeNet300,
                Sparsity = sparsity,
                Epochs = epochs,
                LearningRate = 0.05,
                WeightDecay = 0,
            }));
        return [.. pipeline.Fit(mlContext.Data.LoadFromEnumerable(images)).LastTransformer.History.Epochs];
    }
}
