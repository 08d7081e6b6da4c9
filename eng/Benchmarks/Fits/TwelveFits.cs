using System.Diagnostics;
using System.Globalization;
using TorchSharp;

namespace Microsoft.ML.Snip.Benchmarks.Fits;

/// <summary>
/// Fits of all kinds of network one after the other in one process: memory must not grow, and no tensor may be left.
/// </summary>
internal static class TwelveFits
{
    private static readonly NetworkArchitecture[] s_kinds =
        [NetworkArchitecture.LeNet300, NetworkArchitecture.ResNet20, NetworkArchitecture.GruS];

    /// <summary>Each kind four times: after the third fit, the process has seen all of them.</summary>
    /// <param name="engine">The engine.</param>
    public static void Run(TrainingEngine engine)
    {
        Console.WriteLine("| fit | network | engine | resident memory, MB | live tensors |");
        Console.WriteLine("| ---: | --- | --- | ---: | ---: |");
        for (int fit = 1; fit <= 12; fit++)
        {
            NetworkArchitecture architecture = s_kinds[(fit - 1) % s_kinds.Length];
            Fit(architecture, engine);
            GC.WaitForPendingFinalizers();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true); // Gives memory back, too.
            using var process = Process.GetCurrentProcess();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {fit} | {architecture} | {engine} | {process.WorkingSet64 / 1e6:F1} | "
                + $"{DisposeScopeManager.Statistics.ThreadTotalLiveCount} |"));
        }
    }

    private static void Fit(NetworkArchitecture architecture, TrainingEngine engine)
    {
        var mlContext = new MLContext(1);
        IDataView data = mlContext.Data.LoadFromEnumerable(new DrawnSigns(10, noise: 40).Draw(2_000, seed: 1));
        var options = new PrunedImageClassificationTrainer.Options
        {
            Architecture = architecture, Epochs = 1, Sparsity = 0.95, TrainingEngine = engine, ValidationFraction = 0.1, Seed = 1,
        };
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label").Append(mlContext.Snip().PrunedImageClassification(options));
        using PrunedImageClassificationTransformer model = pipeline.Fit(data).LastTransformer;
    }
}
