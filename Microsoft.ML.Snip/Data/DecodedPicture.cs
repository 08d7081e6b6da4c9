using System.Buffers;
using SkiaSharp;

namespace Microsoft.ML.Snip.Data;

/// <summary>A picture file's pixels, in memory that is given back when this is disposed. The one place where picture files are decoded.</summary>
/// <remarks>Unlike <see cref="ML.Data.MLImage"/>'s own decoding it refuses a file that ends early, whose last rows would be grey.</remarks>
internal sealed class DecodedPicture : IDisposable
{
    private readonly byte[] _pixels;
    private readonly int _length;

    private DecodedPicture(byte[] pixels, SKImageInfo info)
    {
        _pixels = pixels;
        _length = info.BytesSize;
        Width = info.Width;
        Height = info.Height;
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows of pixels.</summary>
    public int Height { get; }

    /// <summary>Red, green, blue and alpha of each pixel, row by row.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels.AsSpan(0, _length);

    /// <summary>Decodes the contents of a picture file (PNG, JPEG, BMP, ...).</summary>
    /// <param name="file">All bytes of the file.</param>
    /// <param name="fault">What is wrong with the bytes, or null.</param>
    /// <returns>The picture, or null.</returns>
    public static DecodedPicture? TryDecode(ReadOnlySpan<byte> file, out string? fault)
    {
        using SKData data = SKData.CreateCopy(file);
        using SKCodec? codec = SKCodec.Create(data);
        if (codec is null)
        {
            fault = "are not a picture in a known format (PNG, JPEG, BMP)";
            return null;
        }

        // Premultiplied, as MLImage decodes: a file gives the same pixels whichever way it is loaded.
        SKAlphaType alpha = codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Premul;
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, alpha);
        if (info.BytesSize64 > Array.MaxLength)
        {
            fault = $"are a picture of {info.Width} x {info.Height} pixels, which is too large";
            return null;
        }

        var picture = new DecodedPicture(ArrayPool<byte>.Shared.Rent(info.BytesSize), info);
        SKCodecResult result = Decode(codec, info, picture._pixels);
        if (result == SKCodecResult.Success)
        {
            fault = null;
            return picture;
        }

        picture.Dispose();
        fault = $"are a {codec.EncodedFormat} picture that cannot be decoded ({result})";
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_pixels);

    private static unsafe SKCodecResult Decode(SKCodec codec, SKImageInfo info, byte[] pixels)
    {
        fixed (byte* start = pixels)
        {
            return codec.GetPixels(info, (nint)start);
        }
    }
}
