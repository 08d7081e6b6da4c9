using System.Buffers;
using SkiaSharp;

namespace Microsoft.ML.Snip.Images.Decoding;

/// <summary>
/// Reads files that a decoder rejects although they have all their rows: a JPEG without its end marker, or a PNG with a wrong checksum
/// after its last row.
/// </summary>
internal static class ImageRescue
{
    private static ReadOnlySpan<byte> JpegEnd => [0xFF, 0xD9];

    /// <summary>Decodes the file again, in a way that depends on the format.</summary>
    /// <param name="file">All bytes of the file.</param>
    /// <param name="format">The file's format.</param>
    /// <param name="info">The size to decode to.</param>
    /// <param name="pixels">Receives the pixels.</param>
    /// <returns>Whether the file has all rows.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> file, SKEncodedImageFormat format, SKImageInfo info, byte[] pixels) => format switch
    {
        SKEncodedImageFormat.Jpeg => TryDecodeJpeg(file, info, pixels),
        SKEncodedImageFormat.Png => TryDecodePng(file, info, pixels),
        _ => false,
    };

    /// <summary>The incremental decoder stops after the last row.</summary>
    private static unsafe bool TryDecodePng(ReadOnlySpan<byte> file, SKImageInfo info, byte[] pixels)
    {
        using SKData data = SKData.CreateCopy(file);
        using SKCodec codec = SKCodec.Create(data);
        fixed (byte* start = pixels)
        {
            return codec.StartIncrementalDecode(info, (nint)start, info.RowBytes) == SKCodecResult.Success
                && codec.IncrementalDecode() == SKCodecResult.Success;
        }
    }

    /// <summary>
    /// A decoder accepts every JPEG with an end marker: it fills missing rows with grey. So the file is decoded twice, with only an end
    /// marker appended and with other data before the marker. If the file has all rows, the appended data are ignored and both results are
    /// equal.
    /// </summary>
    private static bool TryDecodeJpeg(ReadOnlySpan<byte> file, SKImageInfo info, byte[] pixels)
    {
        byte[] comparison = ArrayPool<byte>.Shared.Rent(info.BytesSize);
        try
        {
            return TryDecodeAll([.. file, .. JpegEnd], info, pixels)
                && TryDecodeAll([.. file, .. OtherData(), .. JpegEnd], info, comparison)
                && pixels.AsSpan(0, info.BytesSize).SequenceEqual(comparison.AsSpan(0, info.BytesSize));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(comparison);
        }
    }

    private static bool TryDecodeAll(ReadOnlySpan<byte> file, SKImageInfo info, byte[] pixels)
    {
        using SKData data = SKData.CreateCopy(file);
        using SKCodec? codec = SKCodec.Create(data);
        return codec is not null && ImageDecoder.Decode(codec, info, pixels) == SKCodecResult.Success;
    }

    /// <summary>
    /// Bits for some blocks, then the restart marker and bits of each of the eight sections that a decoder may expect next.
    /// </summary>
    private static byte[] OtherData()
    {
        const int Sections = 8, Bytes = 64;
        byte[] bits = [.. Enumerable.Repeat((byte)0x55, Bytes)];
        return [.. bits, .. Enumerable.Range(0, Sections).SelectMany(section => (byte[])[0xFF, (byte)(0xD0 + section), .. bits])];
    }
}
