namespace Microsoft.ML.Snip;

/// <summary>How much the images of a class count in the training loss.</summary>
/// <param name="Class">The class: its label as text.</param>
/// <param name="Weight">The weight, at least 0; an image of a class with weight 2 counts twice.</param>
public sealed record ClassWeight(string Class, double Weight);
