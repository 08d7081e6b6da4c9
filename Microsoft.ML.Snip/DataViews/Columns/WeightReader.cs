using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Snip.DataViews.Columns;

/// <summary>Reads how much a row counts in training.</summary>
internal sealed class WeightReader
{
    private readonly DataViewRow _row;
    private readonly DataViewSchema.Column _column;
    private readonly ValueGetter<float> _getter;

    /// <param name="row">The row, or the cursor, in which the column is active.</param>
    /// <param name="column">A column of Single.</param>
    public WeightReader(DataViewRow row, DataViewSchema.Column column)
    {
        (_row, _column) = (row, column);
        _getter = row.GetGetter<float>(column);
    }

    /// <summary>The expected type, for messages.</summary>
    public const string ExpectedType = "Single";

    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.GetColumnOrNull(name) ?? throw Contracts.ExceptParam(
            nameof(schema), $"Could not find the column of example weights, '{name}'{PresentColumns.List(schema)}.");
        return column.Type == NumberDataViewType.Single
            ? column
            : throw Contracts.ExceptSchemaMismatch(nameof(schema), "example weight", name, ExpectedType, column.Type.ToString());
    }

    /// <summary>The current row's weight.</summary>
    /// <exception cref="InvalidOperationException">It is negative or not a finite number.</exception>
    public float Read()
    {
        float weight = 0;
        _getter(ref weight);
        return float.IsFinite(weight) && weight >= 0
            ? weight
            : throw Contracts.Except(FormattableString.Invariant(
                $"Weight column '{_column.Name}', row {_row.Position} (counted from 0): the weight is {weight}; it must be a finite ")
                + "number of at least 0.");
    }
}
