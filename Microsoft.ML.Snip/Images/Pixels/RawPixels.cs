using System.Buffers;
using Microsoft.ML.Data;
using Microsoft.ML.Snip.Images.Decoding;

namespace Microsoft.ML.Snip.Images.Pixels;

/// <summary>
/// Converts images to channels x height x width raw values from 0 to 255, normalised. It is the only place where images are resized and
/// converted, so that training and prediction use the same values.
/// </summary>
/// <remarks>
/// An image with transparent parts is first drawn on the background colour. An image of another size is scaled to the shape, without
/// keeping its aspect ratio. Grey is the luma (299 R + 587 G + 114 B) / 1000, rounded, which does not change grey pixels.
/// </remarks>
/// <param name="Shape">The target shape, with 1 or 3 channels.</param>
/// <param name="Background">The background colour.</param>
internal readonly record struct RawPixels(ImageShape Shape, Background Background)
{
    private const int BytesPerPixel = 4;

    /// <summary>Reads an image of any size and pixel format.</summary>
    /// <param name="image">The image; not disposed.</param>
    /// <param name="normalization">The normalisation of the raw values, with as many channels.</param>
    /// <param name="destination">Receives channels x height x width values.</param>
    /// <returns>Whether the image has transparent parts.</returns>
    public bool Read(MLImage image, PixelNormalization normalization, Span<float> destination)
    {
        var pixels = ImagePixels.Of(image);
        bool redFirst = image.PixelFormat == MLPixelFormat.Rgba32;
        if (pixels.IsOpaque || !Background.HasTransparency(pixels.Bytes))
        {
            Read(pixels.Bytes, pixels.Width, pixels.Height, redFirst, normalization, destination);
            return false;
        }

        byte[] opaque = ArrayPool<byte>.Shared.Rent(pixels.Bytes.Length);
        Background.Blend(pixels.Bytes, redFirst, opaque);
        Read(opaque.AsSpan(0, pixels.Bytes.Length), pixels.Width, pixels.Height, redFirst, normalization, destination);
        ArrayPool<byte>.Shared.Return(opaque);
        return true;
    }

    /// <summary>Reads the contents of an image file.</summary>
    /// <param name="file">All bytes of the file.</param>
    /// <param name="normalization">The normalisation of the raw values, with as many channels.</param>
    /// <param name="destination">Receives channels x height x width values.</param>
    /// <param name="isTransparent">Whether the image has transparent parts.</param>
    /// <returns>What is wrong with the bytes; null if they were decoded.</returns>
    public string? TryDecode(ReadOnlySpan<byte> file, PixelNormalization normalization, Span<float> destination, out bool isTransparent)
    {
        using DecodedImage? decoded = ImageDecoder.TryDecode(file, Shape, out string? fault);
        isTransparent = decoded is not null && Background.HasTransparency(decoded.Pixels);
        if (isTransparent)
        {
            Background.Blend(decoded!.Pixels, redFirst: true, decoded.Pixels);
        }

        if (decoded is not null)
        {
            Read(decoded.Pixels, decoded.Width, decoded.Height, redFirst: true, normalization, destination);
        }

        return fault;
    }

    private void Read(
        ReadOnlySpan<byte> pixels, int width, int height, bool redFirst, PixelNormalization normalization, Span<float> destination)
    {
        if (width == Shape.Width && height == Shape.Height)
        {
            Convert(pixels, redFirst, normalization, destination);
            return;
        }

        int length = Shape.Height * Shape.Width * BytesPerPixel;
        byte[] scaled = ArrayPool<byte>.Shared.Rent(length);
        ImageScaler.Scale(pixels, width, height, scaled, Shape.Width, Shape.Height);
        Convert(scaled.AsSpan(0, length), redFirst, normalization, destination);
        ArrayPool<byte>.Shared.Return(scaled);
    }

    private void Convert(ReadOnlySpan<byte> pixels, bool redFirst, PixelNormalization normalization, Span<float> destination)
    {
        if (Shape.Channels == 1)
        {
            PixelPlanes.WriteGrey(pixels, redFirst, normalization, destination);
        }
        else
        {
            PixelPlanes.WriteColours(pixels, redFirst, normalization, destination);
        }
    }
}
