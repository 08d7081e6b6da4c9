using Microsoft.ML.Data;

namespace Microsoft.ML.Snip.Tests;

/// <summary>The documented pipeline, with settings that train in a fraction of a second.</summary>
internal static class Pipelines
{
    public static PrunedImageClassificationTrainer.Options FastOptions() => new()
    {
        Architecture = NetworkArchitecture.LeNet300,
        Sparsity = 0.95,
        Epochs = 3,
        BatchSize = 32,
        ScoringSampleCount = 100,
    };

    public static EstimatorChain<Transforms.KeyToValueMappingTransformer> Create(
        MLContext mlContext, PrunedImageClassificationTrainer.Options options) =>
        mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Snip().PrunedImageClassification(options))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

    public static PrunedImageClassificationTransformer Classifier(ITransformer model) =>
        ((IEnumerable<ITransformer>)model).OfType<PrunedImageClassificationTransformer>().Single();

    /// <summary>What a fit with the fast options, some of them changed, writes to the log.</summary>
    public static List<string> LogOf(Action<PrunedImageClassificationTrainer.Options> set, int images = 70)
    {
        var mlContext = new MLContext(11);
        List<string> lines = [];
        mlContext.Log += (_, entry) => lines.Add(entry.Message);
        PrunedImageClassificationTrainer.Options options = FastOptions();
        set(options);
        using PrunedImageClassificationTransformer model = Classifier(
            Create(mlContext, options).Fit(SyntheticImages.AsVectors(mlContext, images)));
        return lines;
    }

    public static byte[] ModelFile(PrunedImageClassificationTransformer model)
    {
        using var file = new TemporaryFile();
        model.SaveModelFile(file.Path);
        return File.ReadAllBytes(file.Path);
    }

    public static float[][] Scores(IDataView scored) => [.. scored.GetColumn<float[]>("Score")];
}
