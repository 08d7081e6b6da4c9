using System.Collections.Immutable;

namespace Microsoft.ML.Snip;

/// <summary>
/// How many kept connections of the first layer read each pixel and channel of an image: what the pruned network looks at. A connection is
/// a kept weight at one place where the layer uses it, so that the counts of all kinds of layers mean the same:
/// <list type="bullet">
/// <item>fully connected: the hidden units that a pixel still reaches;</item>
/// <item>a convolution: the kept kernel weights that lie over the pixel at some position of the kernel, so that pixels at a border that no
/// kernel crosses are read by fewer than those in the middle;</item>
/// <item>a layer that reads row after row: the units, or the units' gates, that the pixel's column still reaches, the same in each
/// row.</item>
/// </list>
/// </summary>
/// <param name="Layer">
/// The first layer with weights that reads the image as it is, or through layers that only rectify, normalise or drop.
/// </param>
/// <param name="Shape">The shape of the images.</param>
/// <param name="Counts">One number for each of the image's, channel by channel, row by row.</param>
public sealed record RetainedConnections(string Layer, ImageShape Shape, ImmutableArray<int> Counts)
{
    /// <summary>The count of one pixel in one channel.</summary>
    /// <param name="channel">In [0, channels).</param>
    /// <param name="y">The row, from the top, in [0, height).</param>
    /// <param name="x">The column, from the left, in [0, width).</param>
    /// <exception cref="ArgumentOutOfRangeException">The image has no such pixel.</exception>
    public int At(int channel, int y, int x)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)channel, (uint)Shape.Channels, nameof(channel));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Shape.Height, nameof(y));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)x, (uint)Shape.Width, nameof(x));
        return Counts[(((channel * Shape.Height) + y) * Shape.Width) + x];
    }
}
