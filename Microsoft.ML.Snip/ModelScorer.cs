using Microsoft.ML.Snip.Data;
using Microsoft.ML.Snip.Formats;
using Microsoft.ML.Snip.Interop;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip;

/// <summary>A model and its executor behind the columns of a data view.</summary>
internal sealed class ModelScorer(SnipModel model, INetworkExecutor executor, ColumnNames columns) : IBatchScorer
{
    public string ImageColumnName => columns.Image;

    public string PredictedLabelColumnName => columns.PredictedLabel;

    public string ScoreColumnName => columns.Score;

    public ClassLabels Classes => model.Classes;

    public PixelNormalization Normalization => model.Normalization;

    public int InputCount => Shape.Count;

    public int BatchSize => 64;

    private ImageShape Shape => model.Network.Definition.InputShape;

    public void CheckImageColumn(DataViewSchema schema) => ImageColumn.Resolve(schema, columns.Image, Shape);

    public PixelReader OpenReader(DataViewRow row) => PixelReader.Create(row, ImageColumn.Resolve(row.Schema, columns.Image, Shape));

    public void Score(ReadOnlySpan<float> pictures, int count, Span<float> probabilities) => executor.Predict(pictures, count, probabilities);
}
