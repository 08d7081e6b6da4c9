using Microsoft.ML.Snip.Images;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Formats.Model;

/// <summary>The content of a saved model: what is needed for prediction, and the reports about pruning and training.</summary>
/// <param name="Network">The trained network, with its kept connections only.</param>
/// <param name="Normalization">The normalisation of raw pixels, with one entry for each channel of the input.</param>
/// <param name="Classes">The classes, as many as the network has outputs.</param>
/// <param name="Report">The pruning report.</param>
/// <param name="History">The training history.</param>
internal sealed record SnipModel(
    SparseNetwork Network, PixelNormalization Normalization, ClassLabels Classes, PruningReport Report, TrainingHistory History)
{
    /// <summary>The background colour for images with transparent parts.</summary>
    public Background Background { get; init; } = Background.White;

    /// <summary>Converts images to the network's input.</summary>
    public RawPixels Images => new(Network.Definition.InputShape, Background);
}
