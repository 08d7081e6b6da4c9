using Microsoft.ML.Snip.Sparse.Memory;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators;

/// <summary>
/// The values between two operators and their gradients, for a block of images side by side: number i of image p is at i * lanes + p.
/// </summary>
/// <param name="count">The number of values for one image.</param>
/// <param name="maxLanes">The largest number of images side by side.</param>
/// <param name="hasGradient">Whether anything before it is trained.</param>
internal sealed class Signal(int count, int maxLanes, bool hasGradient)
{
    public int Count => count;

    public AlignedArray<float> Values { get; } = new((long)count * maxLanes);

    /// <summary>The gradients of the loss; null for the images, which are not trained.</summary>
    public AlignedArray<float>? Gradients { get; } = hasGradient ? new AlignedArray<float>((long)count * maxLanes) : null;
}
