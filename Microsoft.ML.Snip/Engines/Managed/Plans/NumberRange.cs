namespace Microsoft.ML.Snip.Engines.Managed.Plans;

/// <summary>A range of consecutive values of an image.</summary>
internal readonly record struct NumberRange(int Start, int Length);
