using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Microsoft.ML.Snip.Formats;

/// <summary>Collects the part of a model file that its checksum covers.</summary>
internal sealed class PayloadWriter
{
    /// <summary>The smallest result, at about 2 microseconds a byte.</summary>
    private const int BestQuality = 11;

    /// <summary>Twenty times as fast; for bytes that are next to random the result is as small.</summary>
    private const int FastQuality = 9;

    /// <summary>Longer bytes are not tried hard on: it would take minutes for networks of millions of kept weights, to save one byte in fifty.</summary>
    private const int LongestForBestQuality = 16 << 10;

    private const int Window = 22;

    private readonly ArrayBufferWriter<byte> _payload = new();

    public ReadOnlySpan<byte> Written => _payload.WrittenSpan;

    public void WriteByte(byte value) => _payload.Write([value]);

    public void WriteUInt32(uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _payload.Write(bytes);
    }

    /// <summary>Writes compressed bytes and, before them, how many there are.</summary>
    public void WriteBlock(ReadOnlySpan<byte> compressed)
    {
        WriteUInt32((uint)compressed.Length);
        _payload.Write(compressed);
    }

    /// <summary>The bytes as one Brotli stream, the same for the same bytes.</summary>
    /// <param name="bytes">What to compress.</param>
    /// <param name="noise">Whether the bytes are expected to be next to random, so that trying hard is no use.</param>
    public static byte[] Compress(ReadOnlySpan<byte> bytes, bool noise = false)
    {
        var compressed = new byte[BrotliEncoder.GetMaxCompressedLength(bytes.Length)];
        int quality = noise || bytes.Length > LongestForBestQuality ? FastQuality : BestQuality;
        if (!BrotliEncoder.TryCompress(bytes, compressed, out int length, quality, Window))
        {
            throw new InvalidOperationException($"Brotli could not compress {bytes.Length} bytes.");
        }

        return compressed[..length];
    }
}
