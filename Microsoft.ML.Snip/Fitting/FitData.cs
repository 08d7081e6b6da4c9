using Microsoft.ML.Snip.Images.InMemory;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.Fitting;

/// <summary>What a fit reads from its rows.</summary>
/// <param name="Training">What is trained on.</param>
/// <param name="Validation">What is evaluated on after each epoch, or null.</param>
/// <param name="Normalization">How pixels are normalised: as the training images need it.</param>
internal sealed record FitData(ExampleSet Training, ExampleSet? Validation, PixelNormalization Normalization)
{
    public ImageShape Shape => Training.Dataset.Shape;

    public ClassLabels Classes => Training.Dataset.Classes;

    /// <summary>Images of all rows that could not be read and were left out.</summary>
    public int SkippedCount => new[] { Training.Dataset, Validation?.Dataset ?? Training.Dataset }.Distinct().Sum(set => set.SkippedCount);
}
