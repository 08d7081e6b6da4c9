using System.Text.Json.Serialization;

namespace Microsoft.ML.Snip;

/// <summary>How a model classifies the images of a class.</summary>
/// <param name="Images">The number of images of the class.</param>
/// <param name="Predicted">The number of images that are classified as this class.</param>
/// <param name="Correct">The number of images of the class that are classified as it.</param>
public sealed record ClassEvaluation(int Images, int Predicted, int Correct)
{
    /// <summary>The fraction of the images classified as this class that are of it, in [0, 1]; NaN if there are none.</summary>
    [JsonIgnore]
    public double Precision => (double)Correct / Predicted;

    /// <summary>The fraction of the images of this class that are classified as it, in [0, 1]; NaN if there are none.</summary>
    [JsonIgnore]
    public double Recall => (double)Correct / Images;
}
