namespace Microsoft.ML.Snip.Benchmarks;

/// <summary>
/// What the default recipe makes of LeNet-300-100 by sparsity and number of classes: 6,000 drawn signs, 12 epochs, the accuracy on 1,500
/// others.
/// </summary>
internal static class RecipeBenchmark
{
    private const int Trained = 6000, Tested = 1500, Epochs = 12;

    private static readonly double[] Sparsities = [0, 0.5, 0.8, 0.9, 0.95, 0.98];

    /// <param name="learningRate">The learning rate, or null for the default.</param>
    public static void Run(double? learningRate)
    {
        string rate = learningRate is { } given ? FormattableString.Invariant($"{given}") : "by default";
        Console.WriteLine($"LeNet-300-100, {Trained} images, {Epochs} epochs, learning rate {rate}; accuracy on {Tested} other images");
        foreach ((int classes, double noise) in new[] { (10, 110.0), (100, 90), (300, 60) })
        {
            var signs = new DrawnSigns(classes, noise);
            DrawnSigns.ImageRow[] training = signs.Draw(Trained, seed: 1), test = signs.Draw(Tested, seed: 2);
            foreach (double sparsity in Sparsities)
            {
                Console.WriteLine(FormattableString.Invariant($"{classes,4} classes, sparsity {sparsity:F2}: ")
                    + FormattableString.Invariant($"{Measure(training, test, sparsity, learningRate):F3}"));
            }
        }
    }

    private static double Measure(DrawnSigns.ImageRow[] training, DrawnSigns.ImageRow[] test, double sparsity, double? learningRate)
    {
        var mlContext = new MLContext(0);
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label").Append(mlContext.Snip().PrunedImageClassification(
            new PrunedImageClassificationTrainer.Options
            {
                Architecture = NetworkArchitecture.LeNet300, Sparsity = sparsity, Epochs = Epochs, Threads = 1, LearningRate = learningRate,
            }));
        using PrunedImageClassificationTransformer model = pipeline.Fit(mlContext.Data.LoadFromEnumerable(training)).LastTransformer;
        SnipPredictor predictor = model.CreatePredictor();
        return test.Average(
            image => predictor.Predict(Array.ConvertAll(image.Image, pixel => (float)pixel)).Label == image.Label ? 1.0 : 0);
    }
}
