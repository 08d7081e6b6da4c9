using Microsoft.ML;
using Microsoft.ML.Snip;

var mlContext = new MLContext(seed: 1);
IDataView data = mlContext.Snip().LoadImageFolder("images"); // One subfolder of images for each class.
var parts = mlContext.Data.TrainTestSplit(data, testFraction: 0.2);

var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
    .Append(mlContext.Snip().PrunedImageClassification(new PrunedImageClassificationTrainer.Options
    {
        ImageShape = new ImageShape(Channels: 1, Height: 28, Width: 28), // Images are scaled to this, and made grey.
        Sparsity = 0.95,
    }))
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
ITransformer model = pipeline.Fit(parts.TrainSet);

var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(parts.TestSet));
Console.WriteLine($"{metrics.MicroAccuracy:P1} of the test images are classified correctly");
mlContext.Model.Save(model, data.Schema, "model.zip");

SnipPredictor predictor = SnipPredictor.Load("model.zip"); // All that the program that predicts needs.
Console.WriteLine(predictor.PredictFile(File.ReadAllBytes("new.png")).Label);
