using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.Snip.Benchmarks.Fits;

/// <summary>Every built-in network from its defaults, dense and sparse, for a few epochs on a small set that is easy to learn.</summary>
internal static class DefaultsBenchmark
{
    private const int Images = 1_000, Classes = 10, Epochs = 3;

    public static void Run(string filter)
    {
        Console.WriteLine("| network | sparsity | engine | loss | accuracy | seconds |");
        Console.WriteLine("| --- | ---: | --- | ---: | ---: | ---: |");
        foreach (NetworkArchitecture architecture in Enum.GetValues<NetworkArchitecture>())
        {
            if (architecture == NetworkArchitecture.Auto || !architecture.ToString().Contains(filter, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            foreach (double sparsity in (double[])[0, 0.95])
            {
                Train(architecture, sparsity);
            }
        }
    }

    private static void Train(NetworkArchitecture architecture, double sparsity)
    {
        var mlContext = new MLContext(1);
        IDataView data = mlContext.Data.LoadFromEnumerable(new DrawnSigns(Classes, noise: 20).Draw(Images, seed: 1));
        var options = new PrunedImageClassificationTrainer.Options
        {
            Architecture = architecture, Sparsity = sparsity, Epochs = Epochs, Seed = 1,
        };
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label").Append(mlContext.Snip().PrunedImageClassification(options));
        var clock = Stopwatch.StartNew();
        string result;
        try
        {
            TrainingHistory history = pipeline.Fit(data).LastTransformer.History;
            result = string.Create(
                CultureInfo.InvariantCulture, $"{history.Engine} | {history.Epochs[^1].Loss:F3} | {history.Epochs[^1].Accuracy:F3}");
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            result = $"{exception.Message} | |";
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {architecture} | {sparsity:P0} | {result} | {clock.Elapsed.TotalSeconds:F0} |"));
    }
}
