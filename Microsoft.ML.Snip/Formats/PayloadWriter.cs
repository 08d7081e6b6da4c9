using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Microsoft.ML.Snip.Formats;

/// <summary>Collects the part of a model file that its checksum covers.</summary>
internal sealed class PayloadWriter
{
    private const int Window = 22;

    /// <summary>Above this the slowest setting takes minutes, and what it gains over the next is below one percent.</summary>
    private const int LongBlock = 1 << 20;

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
    public static byte[] Compress(ReadOnlySpan<byte> bytes)
    {
        var compressed = new byte[BrotliEncoder.GetMaxCompressedLength(bytes.Length)];
        int quality = bytes.Length > LongBlock ? 9 : 11;
        if (!BrotliEncoder.TryCompress(bytes, compressed, out int length, quality, Window))
        {
            throw new InvalidOperationException($"Brotli could not compress {bytes.Length} bytes.");
        }

        return compressed[..length];
    }
}
