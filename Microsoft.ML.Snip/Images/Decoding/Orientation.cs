using System.Runtime.InteropServices;
using SkiaSharp;

namespace Microsoft.ML.Snip.Images.Decoding;

/// <summary>Turns images upright according to the orientation in their EXIF data, 1 to 8.</summary>
internal static class Orientation
{
    /// <summary>Whether rows of the stored image are columns of the upright one.</summary>
    public static bool SwapsSides(SKEncodedOrigin origin) => origin >= SKEncodedOrigin.LeftTop;

    /// <summary>Copies a stored image upright.</summary>
    /// <param name="origin">The position of the stored image's first row and first column in the upright image.</param>
    /// <param name="stored">Four bytes for each pixel, row by row.</param>
    /// <param name="width">The width of the stored image in pixels.</param>
    /// <param name="height">The height of the stored image in pixels.</param>
    /// <param name="upright">Receives as many pixels.</param>
    public static void Copy(SKEncodedOrigin origin, ReadOnlySpan<byte> stored, int width, int height, Span<byte> upright)
    {
        ReadOnlySpan<uint> from = MemoryMarshal.Cast<byte, uint>(stored);
        Span<uint> to = MemoryMarshal.Cast<byte, uint>(upright);
        (int start, int across, int down) = StepsOf(origin, width, height);
        for (int row = 0; row < height; row++)
        {
            int at = start + (row * down);
            foreach (uint pixel in from.Slice(row * width, width))
            {
                to[at] = pixel;
                at += across;
            }
        }
    }

    /// <summary>
    /// The target index of the first stored pixel, and the steps from there to the target indices of its right neighbour and of the pixel
    /// below it. The name of an origin gives the position of the first row, then that of the first column.
    /// </summary>
    private static (int Start, int Across, int Down) StepsOf(SKEncodedOrigin origin, int width, int height) => origin switch
    {
        SKEncodedOrigin.TopRight => (width - 1, -1, width),
        SKEncodedOrigin.BottomRight => ((width * height) - 1, -1, -width),
        SKEncodedOrigin.BottomLeft => (width * (height - 1), 1, -width),
        SKEncodedOrigin.LeftTop => (0, height, 1),
        SKEncodedOrigin.RightTop => (height - 1, height, -1),
        SKEncodedOrigin.RightBottom => ((width * height) - 1, -height, -1),
        SKEncodedOrigin.LeftBottom => (height * (width - 1), -height, 1),
        _ => (0, 1, width),
    };
}
