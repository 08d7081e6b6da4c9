// Pictures as people have them: a folder with one subfolder of PNG files for each class.
//
//   dotnet run -c Release --project samples/ImageFolder -- FOLDER
//
// Without an argument it first writes such a folder, with 3,000 of the shipped Fashion-MNIST pictures.
using ImageFolder;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Snip;

if (args.Length > 1 || (args.Length == 1 && !Directory.Exists(args[0])))
{
    Console.Error.WriteLine(args.Length > 1 ? "Give one folder, or none." : $"There is no folder '{args[0]}'.");
    return 2;
}

var mlContext = new MLContext(seed: 0);
string folder = args.Length == 1 ? args[0] : ExampleFolder.Write(mlContext, pictures: 3000);
PictureFile[] files = [.. Directory.EnumerateFiles(folder, "*.png", SearchOption.AllDirectories)
    .Order(StringComparer.Ordinal)
    .Select(path => new PictureFile { ImagePath = path, Label = Path.GetFileName(Path.GetDirectoryName(path)!) })];
if (files.Length == 0)
{
    Console.Error.WriteLine($"There is no PNG file in '{folder}' or below it.");
    return 2;
}

DataOperationsCatalog.TrainTestData split = mlContext.Data.TrainTestSplit(mlContext.Data.LoadFromEnumerable(files), testFraction: 0.2);
var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
    .Append(mlContext.Transforms.LoadImages("Image", imageFolder: string.Empty, inputColumnName: nameof(PictureFile.ImagePath)))
    .Append(mlContext.Snip().PrunedImageClassification(new PrunedImageClassificationTrainer.Options
    {
        Architecture = NetworkArchitecture.LeNet5,
        ImageShape = new ImageShape(Channels: 1, Height: 28, Width: 28),
        Sparsity = 0.95,
        Epochs = 6,
    }))
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
ITransformer model = pipeline.Fit(split.TrainSet);

MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(split.TestSet));
Console.WriteLine(FormattableString.Invariant($"{files.Length} pictures; accuracy on the held-out fifth {metrics.MicroAccuracy:F3}"));

PredictionEngine<PictureFile, Prediction> engine = mlContext.Model.CreatePredictionEngine<PictureFile, Prediction>(model);
foreach (PictureFile file in mlContext.Data.CreateEnumerable<PictureFile>(split.TestSet, reuseRowObject: false).Take(5))
{
    Prediction prediction = engine.Predict(file);
    Console.WriteLine(FormattableString.Invariant($"{Path.GetRelativePath(folder, file.ImagePath)}: {prediction.PredictedLabel} ({prediction.Score.Max():P0})"));
}

return 0;
