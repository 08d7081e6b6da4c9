// Images as people have them: a folder with one subfolder of PNG, JPEG or BMP files for each class.
//
//   dotnet run -c Release --project samples/ImageFolder -- FOLDER
//
// Without an argument it first writes such a folder, with 3,000 of the shipped Fashion-MNIST images.
using ImageFolder;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Snip;
using Samples.Common;

const string Usage =
    "usage: ImageFolder [FOLDER]: one folder with a subfolder of images for each class; if none is given, it is written first.";
if (args is ["--help" or "-h" or "-?" or "/?"])
{
    Console.WriteLine(Usage);
    return 0;
}

if (args.Length > 1 || (args.Length == 1 && args[0].StartsWith('-')))
{
    Console.Error.WriteLine(Usage);
    return 2;
}

var mlContext = new MLContext(seed: 0);
try
{
    string folder = args.Length == 1 ? args[0] : ExampleFolder.Write(mlContext, images: 3000);
    IDataView images = mlContext.Snip().LoadImageFolder(folder);
    DataOperationsCatalog.TrainTestData split = mlContext.Data.TrainTestSplit(images, testFraction: 0.2);
    var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
        .Append(mlContext.Snip().PrunedImageClassification(new PrunedImageClassificationTrainer.Options
        {
            Architecture = NetworkArchitecture.LeNet5,
            ImageShape = new ImageShape(Channels: 1, Height: 28, Width: 28),
            Sparsity = 0.95,
            Epochs = 6,
        }))
        .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
    ITransformer model = pipeline.Fit(split.TrainSet);

    IDataView scored = model.Transform(split.TestSet);
    MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(scored);
    Console.WriteLine(
        FormattableString.Invariant($"{images.GetRowCount()} images; accuracy on the held-out fifth {metrics.MicroAccuracy:F3}"));

    IEnumerable<string> labels = split.TestSet.GetColumn<string>("Label");
    IEnumerable<Prediction> predictions = mlContext.Data.CreateEnumerable<Prediction>(scored, reuseRowObject: false);
    foreach ((string label, Prediction prediction) in labels.Zip(predictions).DistinctBy(pair => pair.First).Take(5))
    {
        Console.WriteLine(FormattableString.Invariant($"{label}: {prediction.PredictedLabel} ({prediction.Score.Max():P0})"));
    }

    return 0;
}
catch (Exception exception) when (Failure.IsExpected(exception))
{
    return Failure.Print(exception.Message);
}
