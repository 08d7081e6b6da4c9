namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>An image file and its label.</summary>
internal readonly record struct ImageFile(string Path, string Label);
