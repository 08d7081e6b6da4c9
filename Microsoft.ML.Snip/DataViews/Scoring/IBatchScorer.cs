using Microsoft.ML.Snip.DataViews.Columns;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.DataViews.Scoring;

/// <summary>What a row-to-row transformer needs from a model: the column names, and scores for many rows at once.</summary>
internal interface IBatchScorer
{
    string ImageColumnName { get; }

    string PredictedLabelColumnName { get; }

    string ScoreColumnName { get; }

    ClassLabels Classes { get; }

    /// <summary>The number of values in one image.</summary>
    int InputCount { get; }

    /// <summary>The maximum number of rows that a cursor reads ahead and scores at once.</summary>
    int BatchSize { get; }

    /// <summary>Throws if the image column is missing or cannot be read as images of the model's shape.</summary>
    void CheckImageColumn(DataViewSchema schema);

    /// <summary>Opens a reader for the images of a row or cursor.</summary>
    PixelReader OpenReader(DataViewRow row);

    /// <summary>The normalisation of the pixels.</summary>
    PixelNormalization Normalization { get; }

    /// <summary>
    /// Probabilities [count, classes] of normalised images [count, <see cref="InputCount"/>]. Safe for many threads at once.
    /// </summary>
    /// <returns>The number of leading images whose scores are all finite: normally all of them.</returns>
    int Score(ReadOnlySpan<float> images, int count, Span<float> probabilities);

    /// <summary>One sentence that explains why an image's scores are not finite although its pixels are.</summary>
    string ExplainNotFinite();
}
