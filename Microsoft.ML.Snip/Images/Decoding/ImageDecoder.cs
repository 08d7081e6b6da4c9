using System.Buffers;
using SkiaSharp;

namespace Microsoft.ML.Snip.Images.Decoding;

/// <summary>
/// Decodes image files: the one place where that is done. Safe for many threads at once. Of SkiaSharp it uses what versions 2.88 to 4 have
/// alike.
/// </summary>
/// <remarks>
/// Unlike <see cref="ML.Data.MLImage"/>'s own decoding it turns images upright as their EXIF data say, and refuses a file that ends before
/// its last row, whose last rows would be grey. What a file lacks or has wrong behind its last row does not matter.
/// </remarks>
internal static class ImageDecoder
{
    /// <summary>
    /// The most pixels an image may have; they take 512 MB, or as much as that again in a file that interleaves its rows.
    /// </summary>
    public const int MaxPixels = 1 << 27;

    /// <summary>
    /// A JPEG is decoded at a half, a quarter or an eighth if it then still has so many times the pixels that are wanted, each way.
    /// </summary>
    private const int MinReduction = 2;

    /// <summary>Decodes the contents of an image file.</summary>
    /// <param name="file">All bytes of the file.</param>
    /// <param name="target">The shape to which it will be resized, which tells how large it must be; null for all pixels it has.</param>
    /// <param name="fault">What is wrong with the bytes, or null.</param>
    /// <returns>The image, or null.</returns>
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
            fault = $"are an image of {width} x {height} pixels; {MaxPixels} pixels are the most that is read";
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
    /// <returns>Success, or why some rows are missing or may be wrong.</returns>
    public static unsafe SKCodecResult Decode(SKCodec codec, SKImageInfo info, byte[] pixels)
    {
        fixed (byte* start = pixels)
        {
            return codec.GetPixels(info, (nint)start);
        }
    }

    /// <summary>Premultiplied, as MLImage decodes; without a colour space, so that values are given as they are stored.</summary>
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
