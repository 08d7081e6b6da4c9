using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Snip.Interop;

/// <summary>
/// Reads rows ahead, up to a batch, keeps what the reader asked for of them, and scores their pictures at once. Order, ids and batch numbers are the
/// input's.
/// </summary>
internal sealed class BatchScoringCursor : DataViewRowCursor
{
    private readonly ScoringMapper _mapper;
    private readonly DataViewRowCursor _input;
    private readonly bool[] _active;
    private readonly PictureBatch _pictures;
    private readonly ValueGetter<DataViewRowId> _getId;
    private readonly LookAheadColumn?[] _columns;
    private readonly DataViewRowId[] _ids;
    private readonly long[] _batches;
    private readonly float[] _probabilities;
    private int _count;
    private int _current = -1;
    private long _position = -1;
    private bool _ended;

    public BatchScoringCursor(ScoringMapper mapper, DataViewRowCursor input, bool[] active)
    {
        _mapper = mapper;
        _input = input;
        _active = active;
        IBatchScorer scorer = mapper.Scorer;
        _pictures = new PictureBatch(scorer.OpenReader(input), scorer.Normalization, scorer.BatchSize);
        _getId = input.GetIdGetter();
        _columns = [.. mapper.InputSchema.Select(column => active[column.Index] ? LookAheadColumn.Create(input, input.Schema[column.Index], scorer.BatchSize) : null)];
        _ids = new DataViewRowId[scorer.BatchSize];
        _batches = new long[scorer.BatchSize];
        _probabilities = new float[scorer.BatchSize * scorer.Classes.Count];
    }

    public override DataViewSchema Schema => _mapper.OutputSchema;

    public override long Position => _position;

    public override long Batch => _position < 0 ? _input.Batch : _batches[_current];

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = _ids[Current()];

    public override bool MoveNext()
    {
        if (++_current >= _count && !ReadBatch())
        {
            _position = -1;
            return false;
        }

        _position++;
        return true;
    }

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Contracts.CheckParam(_active[column.Index], nameof(column), $"Column '{column.Name}' is not active.");
        if (column.Index >= _mapper.InputSchema.Count)
        {
            int classes = _mapper.Scorer.Classes.Count;
            return ScoreGetters.Create<TValue>(_mapper, column, () => _probabilities.AsSpan(Current() * classes, classes));
        }

        LookAheadColumn<TValue> buffered = _columns[column.Index] as LookAheadColumn<TValue>
            ?? throw Contracts.Except($"Column '{column.Name}' has type {column.Type}; its values cannot be read as {typeof(TValue)}.");
        return (ref TValue value) => buffered.Get(Current(), ref value);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (LookAheadColumn? column in _columns)
            {
                column?.Dispose();
            }

            _input.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Current() => _position >= 0 ? _current : throw Contracts.Except("The cursor is not on a row.");

    private bool ReadBatch()
    {
        _pictures.Clear();
        _count = 0;
        _current = 0;
        while (!_ended && _count < _ids.Length)
        {
            if (!_input.MoveNext())
            {
                _ended = true;
                break;
            }

            _pictures.Add();
            _getId(ref _ids[_count]);
            _batches[_count] = _input.Batch;
            foreach (LookAheadColumn? column in _columns)
            {
                column?.Read(_count);
            }

            _count++;
        }

        if (_count > 0)
        {
            _mapper.Scorer.Score(_pictures.Complete(), _count, _probabilities.AsSpan(0, _count * _mapper.Scorer.Classes.Count));
        }

        return _count > 0;
    }
}
