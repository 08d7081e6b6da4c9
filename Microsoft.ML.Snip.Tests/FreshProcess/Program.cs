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

    default:
        Console.Error.WriteLine("usage: score MODEL.zip | fit MODEL.snip");
        return 2;
}
