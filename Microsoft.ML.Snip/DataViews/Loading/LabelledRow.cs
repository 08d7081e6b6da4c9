using Microsoft.ML.Data;

namespace Microsoft.ML.Snip.DataViews.Loading;

/// <summary>What a row has besides its image.</summary>
/// <param name="Label">Its class, from 0.</param>
/// <param name="Weight">How much it counts in training; 1 without a column of weights.</param>
/// <param name="Id">What identifies it, in whatever order the rows are read.</param>
internal readonly record struct LabelledRow(int Label, float Weight, DataViewRowId Id);
