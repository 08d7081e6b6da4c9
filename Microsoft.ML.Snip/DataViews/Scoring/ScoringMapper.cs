using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Snip.DataViews.Scoring;

/// <summary>A scorer bound to one input schema: finds the columns that a request needs, and scores rows one at a time.</summary>
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

    /// <summary>The index of the output column after the input's columns.</summary>
    public int PredictedLabelIndex => InputSchema.Count;

    /// <summary>The index of the last output column.</summary>
    public int ScoreIndex => InputSchema.Count + 1;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        Dependencies(ActiveColumns(dependingColumns));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckParam(input.Schema == InputSchema, nameof(input), "The row's schema is not the one that the mapper was made for.");
        return new ScoredRow(this, input, ActiveColumns(activeColumns));
    }

    /// <summary>For each output column, whether it is requested.</summary>
    public bool[] ActiveColumns(IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[OutputSchema.Count];
        foreach (DataViewSchema.Column column in columns)
        {
            active[column.Index] = true;
        }

        return active;
    }

    /// <summary>Whether any of the two columns that this mapper adds is requested.</summary>
    public bool IsScored(bool[] active) => active[PredictedLabelIndex] || active[ScoreIndex];

    /// <summary>The input columns that the active output columns need.</summary>
    public DataViewSchema.Column[] Dependencies(bool[] active)
    {
        int image = IsScored(active) ? InputSchema[Scorer.ImageColumnName].Index : -1;
        return [.. InputSchema.Where(column => active[column.Index] || column.Index == image)];
    }
}
