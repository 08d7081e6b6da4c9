namespace Microsoft.ML.Snip.Engines.Managed.Plans;

/// <summary>Some of an image's numbers that lie one behind the other.</summary>
internal readonly record struct NumberRange(int Start, int Length);
