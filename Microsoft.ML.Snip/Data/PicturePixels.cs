using System.Buffers;
using Microsoft.ML.Data;
using SkiaSharp;

namespace Microsoft.ML.Snip.Data;

/// <summary>
/// Pictures as pixels: channels x height x width raw values from 0 to 255, normalised. The one place where pictures are resized and converted, so
/// that training and prediction see the same numbers.
/// </summary>
/// <remarks>
/// A picture of another size is scaled to the shape, its aspect ratio not kept. Alpha is ignored: red, green and blue are taken as they are stored,
/// and decoders of files store transparent colours already multiplied by their alpha. Grey is the luma (299 R + 587 G + 114 B) / 1000, rounded,
/// which leaves grey pixels exactly as they are.
/// </remarks>
internal static class PicturePixels
{
    private const int BytesPerPixel = 4;

    /// <summary>Reads an image of any size and pixel format.</summary>
    /// <param name="image">The picture; not disposed.</param>
    /// <param name="shape">The wanted shape, of 1 or 3 channels.</param>
    /// <param name="normalization">What is done to each raw value, of as many channels.</param>
    /// <param name="destination">Receives channels x height x width values.</param>
    public static void Read(MLImage image, ImageShape shape, PixelNormalization normalization, Span<float> destination) =>
        Read(image.Pixels, image.Width, image.PixelFormat == MLPixelFormat.Rgba32, shape, normalization, destination);

    /// <summary>Reads the contents of a picture file (PNG, JPEG, BMP, ...).</summary>
    /// <param name="file">All bytes of the file.</param>
    /// <param name="shape">The wanted shape, of 1 or 3 channels.</param>
    /// <param name="normalization">What is done to each raw value, of as many channels.</param>
    /// <param name="destination">Receives channels x height x width values.</param>
    /// <returns>What is wrong with the bytes, or null.</returns>
    public static string? TryDecode(ReadOnlySpan<byte> file, ImageShape shape, PixelNormalization normalization, Span<float> destination)
    {
        using DecodedPicture? picture = DecodedPicture.TryDecode(file, out string? fault);
        if (picture is not null)
        {
            Read(picture.Pixels, picture.Width, redFirst: true, shape, normalization, destination);
        }

        return fault;
    }

    /// <summary>The height follows from the number of pixels: to ask an image for it costs a call to native code.</summary>
    private static void Read(
        ReadOnlySpan<byte> pixels, int width, bool redFirst, ImageShape shape, PixelNormalization normalization, Span<float> destination)
    {
        int height = pixels.Length / (width * BytesPerPixel);
        if (width == shape.Width && height == shape.Height)
        {
            Convert(pixels, redFirst, shape, normalization, destination);
            return;
        }

        int length = shape.Height * shape.Width * BytesPerPixel;
        byte[] scaled = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Scale(pixels, width, height, scaled, shape);
            Convert(scaled.AsSpan(0, length), redFirst, shape, normalization, destination);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scaled);
        }
    }

    /// <summary>Averages when it shrinks, interpolates when it enlarges. Told that all is opaque, it mixes no alpha into the colours.</summary>
    private static unsafe void Scale(ReadOnlySpan<byte> pixels, int width, int height, byte[] scaled, ImageShape shape)
    {
        fixed (byte* from = pixels)
        fixed (byte* to = scaled)
        {
            using var source = new SKPixmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque), (nint)from);
            using var target = new SKPixmap(new SKImageInfo(shape.Width, shape.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), (nint)to);
            if (!source.ScalePixels(target, SKFilterQuality.Medium))
            {
                throw new InvalidOperationException($"A picture of {width} x {height} pixels could not be scaled to {shape.Width} x {shape.Height}.");
            }
        }
    }

    private static void Convert(ReadOnlySpan<byte> pixels, bool redFirst, ImageShape shape, PixelNormalization normalization, Span<float> destination)
    {
        if (shape.Channels == 1)
        {
            PixelPlanes.WriteGrey(pixels, redFirst, normalization, destination);
        }
        else
        {
            PixelPlanes.WriteColours(pixels, redFirst, normalization, destination);
        }
    }
}
