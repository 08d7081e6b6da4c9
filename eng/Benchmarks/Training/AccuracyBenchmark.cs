using System.Globalization;

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
        Console.WriteLine("| network | epochs | seed | managed | TorchSharp with a mask |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: |");
        foreach ((NetworkArchitecture architecture, int epochs) in s_networks)
        {
            for (int seed = 0; seed < Seeds; seed++)
            {
                double managed = Train(folder, architecture, epochs, seed, TrainingEngine.Managed);
                double torch = Train(folder, architecture, epochs, seed, TrainingEngine.Torch);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {architecture} {Sparsity:P0} | {epochs} | {seed} | {managed:F4} | {torch:F4} |"));
            }
        }
    }

    private static double Train(
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
        ITransformer model = pipeline.Fit(training);
        return mlContext.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy;
    }

    private static IDataView Load(MLContext mlContext, string folder, string part) => mlContext.Snip().LoadIdx(
        Path.Combine(folder, $"{part}-images-idx3-ubyte.gz"), Path.Combine(folder, $"{part}-labels-idx1-ubyte.gz"));
}
