using Microsoft.ML.Snip.DataViews.Columns;
using Microsoft.ML.Snip.DataViews.Persistence;
using Microsoft.ML.Snip.DataViews.Scoring;
using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Formats.Model;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip;

/// <summary>Scores the images in a data view's column with a model and its executor.</summary>
/// <param name="model">The model.</param>
/// <param name="executor">The executor of the model's network.</param>
/// <param name="columns">The names of the columns.</param>
/// <param name="warn">Receives warnings about the images.</param>
internal sealed class ModelScorer(SnipModel model, INetworkExecutor executor, ColumnNames columns, Action<string> warn) : IBatchScorer
{
    /// <summary>The maximum memory, in bytes, for the images that are scored at once.</summary>
    private const int MaxBytes = 64 << 20;

    private readonly PixelRangeCheck _range = new(model.Network.Definition.InputShape.Channels, warn);

    public string ImageColumnName => columns.Image;

    public string PredictedLabelColumnName => columns.PredictedLabel;

    public string ScoreColumnName => columns.Score;

    public ClassLabels Classes => model.Classes;

    public PixelNormalization Normalization => model.Normalization;

    public int InputCount => Shape.Count;

    /// <summary>At most 64, fewer for large images.</summary>
    public int BatchSize { get; } = Math.Clamp(MaxBytes / sizeof(float) / model.Network.Definition.InputShape.Count, 1, 64);

    private ImageShape Shape => model.Network.Definition.InputShape;

    public void CheckImageColumn(DataViewSchema schema) => ImageColumn.Resolve(schema, columns.Image, Shape);

    public PixelReader OpenReader(DataViewRow row) =>
        PixelReader.Create(row, ImageColumn.Resolve(row.Schema, columns.Image, Shape) with { Background = model.Background });

    public int Score(ReadOnlySpan<float> images, int count, Span<float> probabilities)
    {
        _range.Look(images, count);
        executor.Predict(images, count, probabilities);
        return FiniteScores.CountLeading(probabilities, Classes.Count);
    }

    public string ExplainNotFinite() => FiniteScores.Explain(executor, InputCount, Classes.Count);
}
