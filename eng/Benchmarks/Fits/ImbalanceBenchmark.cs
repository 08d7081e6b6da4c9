using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Snip.Benchmarks.Fits;

/// <summary>
/// Fashion-MNIST with rare classes: of five of the ten classes there are 50 times fewer training images. Macro accuracy on the whole test
/// set, with and without balanced class weights.
/// </summary>
internal static class ImbalanceBenchmark
{
    private const int Ratio = 50, Seeds = 3, Epochs = 15;
    private const double Sparsity = 0.95;

    public static void Run(string folder)
    {
        Console.WriteLine(
            $"LeNet300 at {Sparsity:P0}, {Epochs} epochs; of the classes 0, 2, 4, 6 and 8 one image in {Ratio} is trained on.");
        Console.WriteLine();
        Console.WriteLine("| class weighting | seed | macro accuracy | accuracy |");
        Console.WriteLine("| --- | ---: | ---: | ---: |");
        foreach (ClassWeighting weighting in Enum.GetValues<ClassWeighting>())
        {
            for (int seed = 0; seed < Seeds; seed++)
            {
                MulticlassClassificationMetrics metrics = Train(folder, weighting, seed);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {weighting} | {seed} | {metrics.MacroAccuracy:F4} | {metrics.MicroAccuracy:F4} |"));
            }
        }
    }

    private static MulticlassClassificationMetrics Train(string folder, ClassWeighting weighting, int seed)
    {
        var mlContext = new MLContext(seed);
        IDataView all = Load(mlContext, folder, "train"), test = Load(mlContext, folder, "t10k");
        int number = 0;
        IDataView training = mlContext.Data.FilterByCustomPredicate<LabelRow>(
            all, row => (row.Label.Span[0] - '0') % 2 == 0 && number++ % Ratio != 0);
        var options = new PrunedImageClassificationTrainer.Options
        {
            Architecture = NetworkArchitecture.LeNet300, Sparsity = Sparsity, Epochs = Epochs, ClassWeighting = weighting, Seed = seed,
        };
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label").Append(mlContext.Snip().PrunedImageClassification(options));
        return mlContext.MulticlassClassification.Evaluate(pipeline.Fit(training).Transform(test));
    }

    private static IDataView Load(MLContext mlContext, string folder, string part) => mlContext.Snip().LoadIdx(
        Path.Combine(folder, $"{part}-images-idx3-ubyte.gz"), Path.Combine(folder, $"{part}-labels-idx1-ubyte.gz"));

    private sealed class LabelRow
    {
        public ReadOnlyMemory<char> Label { get; set; }
    }
}
