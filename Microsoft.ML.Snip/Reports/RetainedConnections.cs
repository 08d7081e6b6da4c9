using System.Collections.Immutable;

namespace Microsoft.ML.Snip;

/// <summary>
/// How many kept connections of the first layer read each pixel and channel of an image. A connection here is one
/// use of a kept weight, so that the counts have the same meaning for all kinds of layers:
/// <list type="bullet">
/// <item>fully connected: the number of hidden units that still read the pixel;</item>
/// <item>convolution: the number of pairs of a kept kernel weight and an output position that read the pixel; unless
/// the padding is large, pixels near the border have lower counts than those in the middle;</item>
/// <item>recurrent, reading one row at a time: the number of units, or of the units' gates, that still read the pixel's column; the same
/// for each row.</item>
/// </list>
/// </summary>
/// <param name="Layer">
/// The first layer with weights. It reads the image directly, or after layers that only apply an activation, normalise or drop out.
/// </param>
/// <param name="Shape">The shape of the images.</param>
/// <param name="Counts">One count for each value of the image, channel by channel, row by row.</param>
public sealed record RetainedConnections(string Layer, ImageShape Shape, ImmutableArray<int> Counts)
{
    /// <summary>The count of one pixel in one channel.</summary>
    /// <param name="channel">The channel, in [0, channels).</param>
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
