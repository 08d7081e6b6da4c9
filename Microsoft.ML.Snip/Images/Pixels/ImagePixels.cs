using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using SkiaSharp;

namespace Microsoft.ML.Snip.Images.Pixels;

/// <summary>
/// The pixels of an <see cref="MLImage"/>, as <see cref="MLImage.Pixels"/> gives them, but with every version of SkiaSharp: that property
/// is compiled for 2.88 and throws MissingMethodException with the later ones.
/// </summary>
internal readonly ref struct ImagePixels
{
    private ImagePixels(ReadOnlySpan<byte> bytes, int width, int height, bool isOpaque)
    {
        Bytes = bytes;
        Width = width;
        Height = height;
        IsOpaque = isOpaque;
    }

    /// <summary>Four bytes a pixel, row by row, in the order of the image's pixel format; valid as long as the image.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows of pixels.</summary>
    public int Height { get; }

    /// <summary>Whether the image is known to have no transparent pixel.</summary>
    public bool IsOpaque { get; }

    /// <exception cref="InvalidOperationException">The image is disposed.</exception>
    public static unsafe ImagePixels Of(MLImage image)
    {
        SKBitmap bitmap = Bitmap(image) ?? throw new InvalidOperationException("The image is a disposed MLImage.");
        SKImageInfo info = bitmap.Info;
        var bytes = new ReadOnlySpan<byte>((void*)bitmap.GetPixels(), info.BytesSize);
        return new ImagePixels(bytes, info.Width, info.Height, info.AlphaType == SKAlphaType.Opaque);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_image")]
    private static extern ref SKBitmap? Bitmap(MLImage image);
}
