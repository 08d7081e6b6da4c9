using Microsoft.ML.Snip;
using Microsoft.ML.Snip.Benchmarks;
using Microsoft.ML.Snip.Benchmarks.Fits;
using Microsoft.ML.Snip.Benchmarks.Training;

switch (args)
{
    case ["inference", .. var options]:
        new InferenceBenchmark(BenchmarkOptions.Parse(options)).Run();
        return 0;
    case ["training", .. var options]:
        new TrainingBenchmark(BenchmarkOptions.Parse(options)).Run();
        return 0;
    case ["accuracy", "--data", var folder]:
        AccuracyBenchmark.Run(folder);
        return 0;
    case ["training-memory", var peer, var name, var folder]:
        TrainingBenchmark.MeasureMemory(peer, name, folder);
        return 0;
    case ["streaming", var folder, var pictures]:
        StreamingBenchmark.Run(folder, int.Parse(pictures, System.Globalization.CultureInfo.InvariantCulture));
        return 0;
    case ["twelve-fits", var engine]:
        TwelveFits.Run(Enum.Parse<TrainingEngine>(engine, ignoreCase: true));
        return 0;
    case ["imbalance", "--data", var folder]:
        ImbalanceBenchmark.Run(folder);
        return 0;
    case ["defaults", .. var network] when network.Length <= 1:
        DefaultsBenchmark.Run(network.FirstOrDefault() ?? string.Empty);
        return 0;
    case ["transform", "--data", var folder]:
        TransformBenchmark.Run(folder);
        return 0;
    case ["soak", "--data", var folder]:
        return SoakTest.Run(folder, seconds: 30) ? 0 : 1;
    case ["startup", "--data", var folder, .. var native] when native.Length <= 1:
        StartupBenchmark.Run(folder, native.FirstOrDefault());
        return 0;
    case ["first-prediction", var peer, var path]:
        StartupBenchmark.PredictOnce(peer, path);
        return 0;
    case ["recipe", .. var rate] when rate.Length <= 1:
        RecipeBenchmark.Run(rate is [var given] ? double.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : null);
        return 0;
    case ["sensitivity", .. var batch] when batch.Length <= 1:
        SensitivityBenchmark.Run(batch is [var size] ? int.Parse(size, System.Globalization.CultureInfo.InvariantCulture) : 128, rounds: 3);
        return 0;
    case ["steps", .. var options]:
        new StepProfile(BenchmarkOptions.Parse(options)).Run();
        return 0;
    default:
        Console.Error.WriteLine(BenchmarkOptions.Usage);
        return 1;
}
