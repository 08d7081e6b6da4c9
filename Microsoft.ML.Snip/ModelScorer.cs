using Microsoft.ML.Snip.Data;
using Microsoft.ML.Snip.Interop;

namespace Microsoft.ML.Snip;

/// <summary>A predictor behind the columns of a data view.</summary>
internal sealed class ModelScorer(SnipPredictor predictor, ClassLabels classes, ColumnNames columns) : IBatchScorer
{
    public string ImageColumnName => columns.Image;

    public string PredictedLabelColumnName => columns.PredictedLabel;

    public string ScoreColumnName => columns.Score;

    public ClassLabels Classes => classes;

    public int InputCount => predictor.ImageShape.Count;

    public int BatchSize => 64;

    public void CheckImageColumn(DataViewSchema schema) => ImageColumn.Resolve(schema, columns.Image, predictor.ImageShape);

    public PixelReader OpenReader(DataViewRow row) => PixelReader.Create(row, ImageColumn.Resolve(row.Schema, columns.Image, predictor.ImageShape));

    public void Score(ReadOnlySpan<float> pictures, int count, Span<float> probabilities) => predictor.Predict(pictures, count, probabilities);
}
