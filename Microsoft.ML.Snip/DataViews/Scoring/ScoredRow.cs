using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Snip.DataViews.Columns;

namespace Microsoft.ML.Snip.DataViews.Scoring;

/// <summary>One row that is scored when its scores are first requested, for prediction engines.</summary>
internal sealed class ScoredRow : DataViewRow
{
    private readonly ScoringMapper _mapper;
    private readonly DataViewRow _input;
    private readonly bool[] _active;
    private readonly PixelReader? _reader;
    private readonly float[] _image = [];
    private readonly float[] _probabilities = [];
    private long _scoredPosition = -1;

    public ScoredRow(ScoringMapper mapper, DataViewRow input, bool[] active)
    {
        _mapper = mapper;
        _input = input;
        _active = active;
        if (mapper.IsScored(active))
        {
            _reader = mapper.Scorer.OpenReader(input);
            _image = new float[mapper.Scorer.InputCount];
            _probabilities = new float[mapper.Scorer.Classes.Count];
        }
    }

    public override DataViewSchema Schema => _mapper.OutputSchema;

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Contracts.CheckParam(_active[column.Index], nameof(column), $"Column '{column.Name}' is not active.");
        return column.Index < _mapper.InputSchema.Count
            ? _input.GetGetter<TValue>(_input.Schema[column.Index])
            : ScoreGetters.Create<TValue>(_mapper, column, Score);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _input.Dispose();
        }

        base.Dispose(disposing);
    }

    private ReadOnlySpan<float> Score()
    {
        if (_scoredPosition != _input.Position)
        {
            _reader!.ReadNormalized(_mapper.Scorer.Normalization, _image);
            if (_mapper.Scorer.Score(_image, 1, _probabilities) == 0)
            {
                throw Contracts.Except($"Image column '{_mapper.Scorer.ImageColumnName}': {_mapper.Scorer.ExplainNotFinite()}");
            }

            _scoredPosition = _input.Position;
        }

        return _probabilities;
    }
}
