using Microsoft.ML.Snip.Networks.Architectures;

namespace Microsoft.ML.Snip;

/// <content>Built-in networks.</content>
public sealed partial class NetworkDefinition
{
    /// <summary>Creates a built-in network for images of the given shape.</summary>
    /// <param name="architecture">The architecture.</param>
    /// <param name="inputShape">The shape of the images.</param>
    /// <param name="classCount">The number of classes, at least 2.</param>
    /// <exception cref="ArgumentException">The images are too small for the network, or there are fewer than 2 classes.</exception>
    public static NetworkDefinition FromArchitecture(NetworkArchitecture architecture, ImageShape inputShape, int classCount) =>
        ArchitectureCatalog.Build(architecture, inputShape, classCount);
}
