using Microsoft.ML.Snip.DataViews.Columns;
using Microsoft.ML.Snip.Images.InMemory;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.DataViews.Scoring;

/// <summary>What a row-to-row transformer needs of a model: which columns, and scores for many rows at once.</summary>
internal interface IBatchScorer
{
    string ImageColumnName { get; }

    string PredictedLabelColumnName { get; }

    string ScoreColumnName { get; }

    ClassLabels Classes { get; }

    /// <summary>Numbers in one image.</summary>
    int InputCount { get; }

    /// <summary>The most rows that a cursor reads ahead and scores at once.</summary>
    int BatchSize { get; }

    /// <summary>Throws if the image column is missing or cannot be read as images of the model's shape.</summary>
    void CheckImageColumn(DataViewSchema schema);

    /// <summary>Reads the images of a row that moves.</summary>
    PixelReader OpenReader(DataViewRow row);

    /// <summary>How the network takes pixels.</summary>
    PixelNormalization Normalization { get; }

    /// <summary>
    /// Probabilities [count, classes] of normalised images [count, <see cref="InputCount"/>]. Safe for many threads at once.
    /// </summary>
    /// <returns>
    /// How many images have scores that are finite numbers before the first that has not: all, unless something is wrong.
    /// </returns>
    int Score(ReadOnlySpan<float> images, int count, Span<float> probabilities);

    /// <summary>Why an image's scores are not finite though its pixels are, as a sentence.</summary>
    string ExplainNotFinite();
}
