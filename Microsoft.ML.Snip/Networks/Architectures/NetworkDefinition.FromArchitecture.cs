using Microsoft.ML.Snip.Networks.Architectures;

namespace Microsoft.ML.Snip;

/// <content>Built-in networks.</content>
public sealed partial class NetworkDefinition
{
    /// <summary>A built-in network for images of the given shape.</summary>
    /// <param name="architecture">Which network.</param>
    /// <param name="inputShape">The shape of the images.</param>
    /// <param name="classCount">How many classes; at least 2.</param>
    /// <exception cref="ArgumentException">The images are too small for the network, or there are fewer than 2 classes.</exception>
    public static NetworkDefinition FromArchitecture(NetworkArchitecture architecture, ImageShape inputShape, int classCount) =>
        ArchitectureCatalog.Build(architecture, inputShape, classCount);
}
