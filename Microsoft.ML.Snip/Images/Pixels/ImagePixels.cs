using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using SkiaSharp;

namespace Microsoft.ML.Snip.Images.Pixels;

/// <summary>
/// The pixels of an <see cref="MLImage"/>, the same as <see cref="MLImage.Pixels"/>, but with every version of SkiaSharp: that property is
/// compiled for version 2.88 and throws MissingMethodException with later versions.
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

    /// <summary>Four bytes for each pixel, row by row, in the order of the image's pixel format; valid as long as the image.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>The width in pixels.</summary>
    public int Width { get; }

    /// <summary>The height in pixels.</summary>
    public int Height { get; }

    /// <summary>Whether the image is known to have no transparent pixel.</summary>
    public bool IsOpaque { get; }

    /// <exception cref="InvalidOperationException">The image is disposed.</exception>
    public static unsafe ImagePixels Of(MLImage image)
    {
        SKBitmap bitmap = Bitmap(image) ?? throw new InvalidOperationException("The MLImage has been disposed.");
        SKImageInfo info = bitmap.Info;
        var bytes = new ReadOnlySpan<byte>((void*)bitmap.GetPixels(), info.BytesSize);
        return new ImagePixels(bytes, info.Width, info.Height, info.AlphaType == SKAlphaType.Opaque);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_image")]
    private static extern ref SKBitmap? Bitmap(MLImage image);
}
