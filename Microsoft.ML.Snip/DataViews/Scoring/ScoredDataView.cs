using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.Snip.DataViews.Scoring;

/// <summary>
/// A data view whose rows are scored in batches when they are read. It implements ML.NET's ONNX interface only to refuse the conversion:
/// the ONNX converter would treat an unknown data view as the pipeline's input, with the scores as given values.
/// </summary>
internal sealed class ScoredDataView(IBatchScorer scorer, IDataView input) : ITransformCanSaveOnnx
{
    private readonly ScoringMapper _mapper = new(scorer, input.Schema);

    public IDataView Source => input;

    public DataViewSchema Schema => _mapper.OutputSchema;

    public bool CanShuffle => input.CanShuffle;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = _mapper.ActiveColumns(columnsNeeded);
        return Score(input.GetRowCursor(_mapper.Dependencies(active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = _mapper.ActiveColumns(columnsNeeded);
        return Array.ConvertAll(input.GetRowCursorSet(_mapper.Dependencies(active), n, rand), cursor => Score(cursor, active));
    }

    bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx) => throw NoOnnx();

    void ISaveAsOnnx.SaveAsOnnx(OnnxContext ctx) => throw NoOnnx();

    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        throw new NotSupportedException(
            "Rows scored by a pruned image classifier cannot be saved as a model; save the transformer with mlContext.Model.Save.");

    private static NotSupportedException NoOnnx() => new(
        "A pruned image classifier cannot be converted to ONNX. Save it with mlContext.Model.Save or SaveModelFile; "
        + "SnipPredictor predicts from either without data views.");

    private DataViewRowCursor Score(DataViewRowCursor cursor, bool[] active) =>
        _mapper.IsScored(active) ? new BatchScoringCursor(_mapper, cursor, active) : new PassThroughCursor(_mapper, cursor, active);
}
