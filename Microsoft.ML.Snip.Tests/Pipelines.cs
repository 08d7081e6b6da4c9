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
        SensitivityBatchSize = 100,
    };

    public static EstimatorChain<Transforms.KeyToValueMappingTransformer> Create(MLContext mlContext, PrunedImageClassificationTrainer.Options options) =>
        mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Snip().PrunedImageClassification(options))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

    public static PrunedImageClassificationTransformer Classifier(ITransformer model) =>
        ((IEnumerable<ITransformer>)model).OfType<PrunedImageClassificationTransformer>().Single();

    public static byte[] ModelFile(PrunedImageClassificationTransformer model)
    {
        using var file = new TemporaryFile();
        model.SaveModelFile(file.Path);
        return File.ReadAllBytes(file.Path);
    }

    public static float[][] Scores(IDataView scored) => [.. scored.GetColumn<float[]>("Score")];
}
