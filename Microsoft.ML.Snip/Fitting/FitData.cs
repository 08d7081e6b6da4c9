using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.Fitting;

/// <summary>The data that a fit reads from its rows.</summary>
/// <param name="Training">The training set.</param>
/// <param name="Validation">The validation set, evaluated after each epoch, or null.</param>
/// <param name="Normalization">The normalisation of the pixels, computed from the training set.</param>
internal sealed record FitData(ExampleSet Training, ExampleSet? Validation, PixelNormalization Normalization)
{
    public ImageShape Shape => Training.Dataset.Shape;

    public ClassLabels Classes => Training.Dataset.Classes;

    /// <summary>The number of images in all rows that could not be read and were skipped.</summary>
    public int SkippedCount => new[] { Training.Dataset, Validation?.Dataset ?? Training.Dataset }.Distinct().Sum(set => set.SkippedCount);
}
