using System.Runtime.InteropServices;
using SkiaSharp;

namespace Microsoft.ML.Snip.Images.Decoding;

/// <summary>Turns images as the camera was held: the orientation that EXIF data tell, 1 to 8.</summary>
internal static class Orientation
{
    /// <summary>Whether rows of the stored image are columns of the upright one.</summary>
    public static bool SwapsSides(SKEncodedOrigin origin) => origin >= SKEncodedOrigin.LeftTop;

    /// <summary>Copies a stored image upright.</summary>
    /// <param name="origin">Where the stored image's first row and first column belong.</param>
    /// <param name="stored">Four bytes a pixel, row by row.</param>
    /// <param name="width">Stored pixels in a row.</param>
    /// <param name="height">Stored rows.</param>
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
    /// Where the stored first pixel goes, how far it is from there to where its neighbour on the right goes, and to where the one below
    /// goes. The name of an origin says where the first row lies and then the first column.
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
