namespace Microsoft.ML.Snip.Interop;

/// <summary>A data view with its rows scored, in batches, as they are read.</summary>
internal sealed class ScoredDataView(IBatchScorer scorer, IDataView input) : IDataView
{
    private readonly ScoringMapper _mapper = new(scorer, input.Schema);

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

    private DataViewRowCursor Score(DataViewRowCursor cursor, bool[] active) =>
        _mapper.IsScored(active) ? new BatchScoringCursor(_mapper, cursor, active) : new PassThroughCursor(_mapper, cursor, active);
}
