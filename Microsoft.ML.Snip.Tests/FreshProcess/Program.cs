using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Snip;
using Microsoft.ML.Snip.Tests;

var mlContext = new MLContext(7);
IDataView data = SyntheticImages.AsVectors(mlContext, 90);
switch (args)
{
    // Loads a model with nothing but mlContext.Model.Load and prints its scores.
    case ["score", string path]:
        ITransformer loaded = mlContext.Model.Load(path, out _);
        foreach (float[] scores in loaded.Transform(data).GetColumn<float[]>("Score"))
        {
            Console.WriteLine(string.Join(' ', scores.Select(score => score.ToString("R", CultureInfo.InvariantCulture))));
        }

        return 0;

    // Fits as the tests do and writes the bare model file.
    case ["fit", string path]:
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Snip().PrunedImageClassification(new PrunedImageClassificationTrainer.Options
            {
                Architecture = NetworkArchitecture.LeNet300, Sparsity = 0.95, Epochs = 3, BatchSize = 32, ScoringSampleCount = 100,
            }));
        pipeline.Fit(data).LastTransformer.SaveModelFile(path);
        return 0;

    // Trains slowly, with a checkpoint after every step, and writes the bare model file; says so before the first step.
    case ["train", string checkpoint, string path, string engine]:
        var options = new PrunedImageClassificationTrainer.Options
        {
            Architecture = NetworkArchitecture.LeNet300, Sparsity = 0.95, Epochs = 30, BatchSize = 16, Seed = 5, DropFraction = 0.3,
            MaskUpdateInterval = 7, Optimizer = TrainingOptimizer.Adam, Augmentation = new Augmentation { Shift = 1 },
            TrainingEngine = Enum.Parse<TrainingEngine>(engine), CheckpointPath = checkpoint.Length > 0 ? checkpoint : null,
            CheckpointInterval = TimeSpan.FromTicks(1), Progress = new SlowProgress(checkpoint.Length > 0 ? 4 : 0),
        };
        mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Snip().PrunedImageClassification(options)).Fit(data).LastTransformer.SaveModelFile(path);
        return 0;

    default:
        Console.Error.WriteLine("usage: score MODEL.zip | fit MODEL.snip | train CHECKPOINT MODEL.snip ENGINE");
        return 2;
}

/// <summary>Says when training starts, and takes some time for each step.</summary>
internal sealed class SlowProgress(int milliseconds) : IProgress<TrainingProgress>
{
    private bool _hasStarted;

    public void Report(TrainingProgress value)
    {
        if (!_hasStarted)
        {
            _hasStarted = true;
            Console.WriteLine("training");
        }

        Thread.Sleep(milliseconds);
    }
}
