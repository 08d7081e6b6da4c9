namespace Microsoft.ML.Snip.DataViews.Persistence;

/// <summary>The names of the columns that a transformer reads and adds.</summary>
internal sealed record ColumnNames(string Image, string PredictedLabel, string Score);
