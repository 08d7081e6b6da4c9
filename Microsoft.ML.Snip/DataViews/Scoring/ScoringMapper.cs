using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Snip.DataViews.Scoring;

/// <summary>A scorer bound to one input schema: which columns a request needs, and rows scored one at a time.</summary>
internal sealed class ScoringMapper : IRowToRowMapper
{
    public ScoringMapper(IBatchScorer scorer, DataViewSchema inputSchema)
    {
        Scorer = scorer;
        InputSchema = inputSchema;
        scorer.CheckImageColumn(inputSchema);
        OutputSchema = ScoredSchema.Make(inputSchema, scorer);
    }

    public IBatchScorer Scorer { get; }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    /// <summary>The output column after the input's columns.</summary>
    public int PredictedLabelIndex => InputSchema.Count;

    /// <summary>The last output column.</summary>
    public int ScoreIndex => InputSchema.Count + 1;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        Dependencies(ActiveColumns(dependingColumns));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckParam(input.Schema == InputSchema, nameof(input), "The row's schema is not the one the mapper was made for.");
        return new ScoredRow(this, input, ActiveColumns(activeColumns));
    }

    /// <summary>Which output columns are asked for, by index.</summary>
    public bool[] ActiveColumns(IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[OutputSchema.Count];
        foreach (DataViewSchema.Column column in columns)
        {
            active[column.Index] = true;
        }

        return active;
    }

    /// <summary>Whether any of the two columns this mapper adds is asked for.</summary>
    public bool IsScored(bool[] active) => active[PredictedLabelIndex] || active[ScoreIndex];

    /// <summary>The input columns that the active output columns need.</summary>
    public DataViewSchema.Column[] Dependencies(bool[] active)
    {
        int image = IsScored(active) ? InputSchema[Scorer.ImageColumnName].Index : -1;
        return [.. InputSchema.Where(column => active[column.Index] || column.Index == image)];
    }
}
