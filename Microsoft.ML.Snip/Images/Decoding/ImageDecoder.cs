using System.Buffers;
using SkiaSharp;

namespace Microsoft.ML.Snip.Images.Decoding;

/// <summary>
/// Decodes image files, the only place in the library that does. Safe for concurrent use by several threads. It uses only the part of
/// SkiaSharp that is the same in versions 2.88 to 4.
/// </summary>
/// <remarks>
/// Unlike the decoding of <see cref="ML.Data.MLImage"/>, it turns images upright according to their EXIF data, and rejects a file that ends
/// before its last row (the missing rows would be grey). Errors after the last row are ignored.
/// </remarks>
internal static class ImageDecoder
{
    /// <summary>The maximum number of pixels of an image. They take 512 MB, and twice as much for a file with interlaced rows.</summary>
    public const int MaxPixels = 1 << 27;

    /// <summary>
    /// A JPEG is decoded at 1/2, 1/4 or 1/8 of its size if its height and width are then still at least this many times the target's.
    /// </summary>
    private const int MinReduction = 2;

    /// <summary>Decodes the contents of an image file.</summary>
    /// <param name="file">All bytes of the file.</param>
    /// <param name="target">
    /// The shape to which the image will be resized, so that a large image can be decoded at a smaller size; null for its full size.
    /// </param>
    /// <param name="fault">What is wrong with the bytes; null if they were decoded.</param>
    /// <returns>The image; null if the bytes cannot be decoded.</returns>
    public static DecodedImage? TryDecode(ReadOnlySpan<byte> file, ImageShape? target, out string? fault)
    {
        using SKData data = SKData.CreateCopy(file);
        using SKCodec? codec = SKCodec.Create(data);
        if (codec is null)
        {
            fault = ImageFormat.Describe(file);
            return null;
        }

        int width = codec.Info.Width, height = codec.Info.Height;
        if ((long)width * height > MaxPixels)
        {
            fault = $"are an image of {width} x {height} pixels; at most {MaxPixels} pixels can be read";
            return null;
        }

        SKImageInfo info = InfoOf(codec, target);
        byte[] pixels = ArrayPool<byte>.Shared.Rent(info.BytesSize);
        SKCodecResult result = Decode(codec, info, pixels);
        if (result != SKCodecResult.Success && !ImageRescue.TryDecode(file, codec.EncodedFormat, info, pixels))
        {
            ArrayPool<byte>.Shared.Return(pixels);
            string where = result == SKCodecResult.IncompleteInput ? ": they end before its last row" : string.Empty;
            fault = $"are a {codec.EncodedFormat} image that cannot be decoded ({result}){where}";
            return null;
        }

        fault = null;
        return Upright(codec.EncodedOrigin, pixels, info);
    }

    /// <summary>Decodes all rows.</summary>
    /// <returns>Success, or the reason why some rows are missing or may be wrong.</returns>
    public static unsafe SKCodecResult Decode(SKCodec codec, SKImageInfo info, byte[] pixels)
    {
        fixed (byte* start = pixels)
        {
            return codec.GetPixels(info, (nint)start);
        }
    }

    /// <summary>
    /// Premultiplied, like the images that MLImage decodes; without a colour space, so that the stored values are not converted.
    /// </summary>
    private static SKImageInfo InfoOf(SKCodec codec, ImageShape? target)
    {
        SKAlphaType alpha = codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Premul;
        SKSizeI size = new(codec.Info.Width, codec.Info.Height);
        if (target is { } shape && codec.EncodedFormat == SKEncodedImageFormat.Jpeg)
        {
            (int width, int height) = Orientation.SwapsSides(codec.EncodedOrigin)
                ? (shape.Height, shape.Width)
                : (shape.Width, shape.Height);
            for (float scale = 0.125f; scale < 1; scale *= 2)
            {
                SKSizeI reduced = codec.GetScaledDimensions(scale);
                if (reduced.Width >= (long)MinReduction * width && reduced.Height >= (long)MinReduction * height)
                {
                    size = reduced;
                    break;
                }
            }
        }

        return new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, alpha);
    }

    private static DecodedImage Upright(SKEncodedOrigin origin, byte[] pixels, SKImageInfo info)
    {
        if (origin == SKEncodedOrigin.TopLeft)
        {
            return new DecodedImage(pixels, info.Width, info.Height);
        }

        bool swapped = Orientation.SwapsSides(origin);
        var upright = new DecodedImage(
            ArrayPool<byte>.Shared.Rent(info.BytesSize), swapped ? info.Height : info.Width, swapped ? info.Width : info.Height);
        Orientation.Copy(origin, pixels.AsSpan(0, info.BytesSize), info.Width, info.Height, upright.Pixels);
        ArrayPool<byte>.Shared.Return(pixels);
        return upright;
    }
}
