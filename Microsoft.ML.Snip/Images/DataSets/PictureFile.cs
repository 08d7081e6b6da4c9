namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>A picture file and its label.</summary>
internal readonly record struct PictureFile(string Path, string Label);
