namespace Microsoft.ML.Snip.Data.Sources;

/// <summary>A picture file and its label.</summary>
internal readonly record struct PictureFile(string Path, string Label);
