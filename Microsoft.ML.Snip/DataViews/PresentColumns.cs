namespace Microsoft.ML.Snip.DataViews;

/// <summary>Lists the existing columns, for messages about a missing column.</summary>
internal static class PresentColumns
{
    private const int MaxNamed = 20;

    public static string List(DataViewSchema schema) => List(schema.Where(column => !column.IsHidden).Select(column => column.Name));

    /// <returns>"; the columns are 'a' and 'b'".</returns>
    public static string List(IEnumerable<string> names)
    {
        string[] quoted = [.. names.Select(name => $"'{name}'")];
        return quoted.Length switch
        {
            0 => "; there are no columns",
            1 => $"; the only column is {quoted[0]}",
            > MaxNamed => $"; the first {MaxNamed} of {quoted.Length} columns are {string.Join(", ", quoted[..MaxNamed])}",
            _ => $"; the columns are {string.Join(", ", quoted[..^1])} and {quoted[^1]}",
        };
    }
}
