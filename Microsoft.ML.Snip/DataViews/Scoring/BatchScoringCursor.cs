using System.Runtime.ExceptionServices;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Snip.DataViews.Scoring;

/// <summary>
/// Reads a batch of rows ahead, stores the values of the requested columns, and scores the images together. Order, ids and batch numbers
/// are those of the input. The first batch has one row and each further batch twice as many, up to the scorer's batch size, so that few
/// rows are read for a consumer of few rows. A batch also ends when its stored values become large. If a row cannot be scored, the rows
/// before it are given first, then its error is thrown.
/// </summary>
internal sealed class BatchScoringCursor : DataViewRowCursor
{
    /// <summary>The limit of the bytes stored for one batch; the row that reaches it is the last of its batch.</summary>
    private const long MaxBytes = 32 << 20;

    private readonly ScoringMapper _mapper;
    private readonly DataViewRowCursor _input;
    private readonly bool[] _active;
    private readonly ImageBatch _images;
    private readonly ValueGetter<DataViewRowId> _getId;
    private readonly LookAheadColumn?[] _columns;
    private readonly DataViewRowId[] _ids;
    private readonly long[] _positions;
    private readonly long[] _batches;
    private float[] _probabilities = [];
    private int _size;
    private int _count;
    private int _current = -1;
    private long _position = -1;
    private bool _ended;
    private ExceptionDispatchInfo? _failure;

    public BatchScoringCursor(ScoringMapper mapper, DataViewRowCursor input, bool[] active)
    {
        _mapper = mapper;
        _input = input;
        _active = active;
        IBatchScorer scorer = mapper.Scorer;
        _images = new ImageBatch(scorer.OpenReader(input), scorer.Normalization);
        _getId = input.GetIdGetter();
        _columns = [.. mapper.InputSchema.Select(
            column => active[column.Index] ? LookAheadColumn.Create(input, input.Schema[column.Index], scorer.BatchSize) : null)];
        _ids = new DataViewRowId[scorer.BatchSize];
        _positions = new long[scorer.BatchSize];
        _batches = new long[scorer.BatchSize];
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

    /// <returns>Whether there is another row.</returns>
    private bool ReadBatch()
    {
        _current = 0;
        int read = 0;
        if (_failure is null && !_ended)
        {
            _size = Math.Min(Math.Max(1, 2 * _size), _mapper.Scorer.BatchSize);
            _images.Clear(_size);
            read = ReadRows();
            _failure = _images.Complete() ?? _failure;
        }

        _count = Math.Min(read, _images.Count);
        ScoreRows();
        if (_count == 0)
        {
            _failure?.Throw();
        }

        return _count > 0;
    }

    /// <summary>Reads rows until the batch is full, the input ends, or a row cannot be read.</summary>
    /// <returns>How many were read.</returns>
    private int ReadRows()
    {
        int read = 0;
        long bytes = 0;
        try
        {
            for (; read < _size && bytes < MaxBytes; read++)
            {
                if (!_input.MoveNext())
                {
                    _ended = true;
                    break;
                }

                _images.Add();
                _getId(ref _ids[read]);
                _positions[read] = _input.Position;
                _batches[read] = _input.Batch;
                foreach (LookAheadColumn? column in _columns)
                {
                    bytes += column?.Read(read) ?? 0;
                }
            }
        }
#pragma warning disable CA1031 // Thrown after the rows before it have been given.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _failure = ExceptionDispatchInfo.Capture(failure);
        }

        foreach (LookAheadColumn? column in _columns)
        {
            column?.ForgetFrom(read);
        }

        return read;
    }

    private void ScoreRows()
    {
        if (_count == 0)
        {
            return;
        }

        int classes = _mapper.Scorer.Classes.Count;
        if (_probabilities.Length < _count * classes)
        {
            _probabilities = new float[_size * classes];
        }

        ReadOnlySpan<float> images = _images.Images[..(_count * _mapper.Scorer.InputCount)];
        int finite = _mapper.Scorer.Score(images, _count, _probabilities.AsSpan(0, _count * classes));
        if (finite < _count)
        {
            _failure = ExceptionDispatchInfo.Capture(Contracts.Except(
                $"Image column '{_mapper.Scorer.ImageColumnName}', row {_positions[finite]} (counted from 0): "
                + _mapper.Scorer.ExplainNotFinite()));
            _count = finite;
        }
    }
}
