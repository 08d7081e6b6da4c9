using Microsoft.ML.Snip.Images;
using Microsoft.ML.Snip.Images.InMemory;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Formats.Model;

/// <summary>Everything a saved model holds: what is predicted with, and what is reported about how it came to be.</summary>
/// <param name="Network">The trained network, only its kept connections.</param>
/// <param name="Normalization">How raw pixels become the network's input; one entry for each channel of the input.</param>
/// <param name="Classes">The classes, as many as the network has outputs.</param>
/// <param name="Report">What pruning kept.</param>
/// <param name="History">How training went.</param>
internal sealed record SnipModel(
    SparseNetwork Network, PixelNormalization Normalization, ClassLabels Classes, PruningReport Report, TrainingHistory History)
{
    /// <summary>The ground of images with transparent parts.</summary>
    public Background Background { get; init; } = Background.White;

    /// <summary>How images become the network's input.</summary>
    public RawPixels Images => new(Network.Definition.InputShape, Background);
}
