using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Snip;
using QuickStart;
using Samples.Common;

var clock = Stopwatch.StartNew();
if (Arguments.Parse(args, out int exitCode) is not { } arguments)
{
    return exitCode;
}

var mlContext = new MLContext(arguments.Seed);
try
{
    (IDataView training, IDataView test) = FashionMnist.Load(mlContext, arguments.DataFolder);

    // Train: one estimator in an ordinary pipeline.
    ITransformer trained = TrainingDisplay.Run(progress =>
    {
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Snip().PrunedImageClassification(new PrunedImageClassificationTrainer.Options
            {
                Architecture = arguments.Architecture,
                Sparsity = arguments.Sparsity,
                Epochs = arguments.Epochs,
                DropFraction = arguments.DropFraction,
                Progress = progress,
            }))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        return (ITransformer)pipeline.Fit(training);
    });
    PruningReport report = ((IEnumerable<ITransformer>)trained).OfType<PrunedImageClassificationTransformer>().Single().Report;
    Tables.ShowPruning(report);

    // Evaluate as with any other multiclass trainer.
    MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(trained.Transform(test));
    Tables.ShowMetrics(metrics);

    // Save, load again, predict.
    mlContext.Model.Save(trained, training.Schema, arguments.ModelFile);
    long modelBytes = new FileInfo(arguments.ModelFile).Length;
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"Saved {arguments.ModelFile}: {modelBytes:N0} bytes; the dense network's weights alone are {4 * report.Connections:N0}."));
    ITransformer loaded = mlContext.Model.Load(arguments.ModelFile, out _);
    ImageGallery.Show(mlContext, loaded, test, count: 3);

    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"architecture {arguments.Architecture} sparsity {report.Sparsity:F4} kept {report.Kept} of {report.Connections} "
        + $"accuracy {metrics.MicroAccuracy:F4} logloss {metrics.LogLoss:F4} modelbytes {modelBytes} "
        + $"seconds {clock.Elapsed.TotalSeconds:F1}"));
    return 0;
}
catch (Exception exception) when (Failure.IsExpected(exception))
{
    return Failure.Print(exception.Message);
}
