using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Snip.Benchmarks.Training;

/// <summary>Test accuracy on Fashion-MNIST after training with either engine, for some seeds, as a Markdown table.</summary>
internal static class AccuracyBenchmark
{
    private const double Sparsity = 0.98;
    private const int Seeds = 3;

    private static readonly (NetworkArchitecture Architecture, int Epochs)[] s_networks =
        [(NetworkArchitecture.LeNet300, 12), (NetworkArchitecture.LeNet5, 4)];

    public static void Run(string folder)
    {
        Console.WriteLine("| network | epochs | seed | managed | TorchSharp with a mask | managed, s | TorchSharp, s |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach ((NetworkArchitecture architecture, int epochs) in s_networks)
        {
            for (int seed = 0; seed < Seeds; seed++)
            {
                (double managed, double managedSeconds) = Train(folder, architecture, epochs, seed, TrainingEngine.Managed);
                (double torch, double torchSeconds) = Train(folder, architecture, epochs, seed, TrainingEngine.Torch);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {architecture} {Sparsity:P0} | {epochs} | {seed} | {managed:F4} | {torch:F4} | {managedSeconds:F1} | "
                    + $"{torchSeconds:F1} |"));
            }
        }
    }

    private static (double Accuracy, double Seconds) Train(
        string folder, NetworkArchitecture architecture, int epochs, int seed, TrainingEngine engine)
    {
        var mlContext = new MLContext(seed);
        IDataView training = Load(mlContext, folder, "train"), test = Load(mlContext, folder, "t10k");
        var options = new PrunedImageClassificationTrainer.Options
        {
            Architecture = architecture,
            Sparsity = Sparsity,
            Epochs = epochs,
            TrainingEngine = engine,
            Seed = seed,
        };
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label").Append(mlContext.Snip().PrunedImageClassification(options));
        var clock = Stopwatch.StartNew();
        ITransformer model = pipeline.Fit(training);
        double seconds = clock.Elapsed.TotalSeconds;
        MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(test));
        return (metrics.MicroAccuracy, seconds);
    }

    private static IDataView Load(MLContext mlContext, string folder, string part) => mlContext.Snip().LoadIdx(
        Path.Combine(folder, $"{part}-images-idx3-ubyte.gz"), Path.Combine(folder, $"{part}-labels-idx1-ubyte.gz"));
}
