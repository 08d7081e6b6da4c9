using Microsoft.ML;
using Microsoft.ML.Snip;

namespace PaperTables;

/// <summary>One fit of the pipeline that users write, and its error on test images.</summary>
internal static class Training
{
    /// <summary>Images in a training step.</summary>
    public const int BatchSize = 100;

    /// <summary>The error on fewer would say nothing.</summary>
    private const int FewestTested = 100;

    private static readonly MLContext s_mlContext = new(0);

    public static ITransformer Fit(IDataView images, PrunedImageClassificationTrainer.Options options)
    {
        var pipeline = s_mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(s_mlContext.Snip().PrunedImageClassification(options))
            .Append(s_mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Append(s_mlContext.Transforms.Conversion.MapKeyToValue("Label"));
        return pipeline.Fit(images);
    }

    /// <summary>What pruning kept.</summary>
    public static PruningReport ReportOf(ITransformer model) =>
        ((IEnumerable<ITransformer>)model).OfType<PrunedImageClassificationTransformer>().Single().Report;

    /// <summary>The share of test images that are classified wrong, over as many of them as the time allows, but 100 at least.</summary>
    public static (double Error, int Images) Test(ITransformer model, IDataView images, TimeSpan limit)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        int count = 0, wrong = 0;
        foreach (Prediction row in s_mlContext.Data.CreateEnumerable<Prediction>(model.Transform(images), reuseRowObject: true))
        {
            count++;
            wrong += row.Label == row.PredictedLabel ? 0 : 1;
            if (count >= FewestTested && clock.Elapsed > limit)
            {
                break;
            }
        }

        return ((double)wrong / count, count);
    }

    private sealed class Prediction
    {
        public string Label { get; set; } = string.Empty;

        public string PredictedLabel { get; set; } = string.Empty;
    }
}
