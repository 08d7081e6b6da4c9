using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Microsoft.ML.Snip.Formats.Files;

/// <summary>
/// Writes the content of a model file as one Deflate stream, the same for the same content. What is alike goes together: a segment, which
/// is one or more parts of the content, has codes of its own and is compressed in whichever way makes it shortest.
/// </summary>
internal sealed class ContentWriter
{
    /// <summary>Bytes of parts that are worth codes of their own; shorter ones share them.</summary>
    private const int MinSegment = 2 << 10;

    /// <summary>
    /// Repetitions are looked for in segments of at most so many bytes: it is slow, and only text and positions have any.
    /// </summary>
    private const int MaxToSearch = 256 << 10;

    private const int BestLevel = 9;

    private readonly ArrayBufferWriter<byte> _segment = new();
    private readonly ArrayBufferWriter<byte> _compressed = new();

    /// <summary>An empty last block of fixed codes, which is how a Deflate stream ends.</summary>
    private static ReadOnlySpan<byte> End => [0x03, 0x00];

    public void WriteUInt32(uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _segment.Write(bytes);
    }

    /// <summary>Writes what belongs together.</summary>
    public void WritePart(ReadOnlySpan<byte> bytes)
    {
        _segment.Write(bytes);
        if (_segment.WrittenCount >= MinSegment)
        {
            CloseSegment();
        }
    }

    /// <summary>The whole stream; nothing can be written any more.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        if (_segment.WrittenCount > 0)
        {
            CloseSegment();
        }

        _compressed.Write(End);
        return _compressed.WrittenSpan;
    }

    private void CloseSegment()
    {
        ReadOnlySpan<byte> segment = _segment.WrittenSpan;
        byte[] shortest = Compress(segment, ZLibCompressionStrategy.HuffmanOnly);
        foreach (ZLibCompressionStrategy strategy in segment.Length <= MaxToSearch
                     ? (ReadOnlySpan<ZLibCompressionStrategy>)[ZLibCompressionStrategy.RunLengthEncoding, ZLibCompressionStrategy.Default]
                     : [ZLibCompressionStrategy.RunLengthEncoding])
        {
            byte[] other = Compress(segment, strategy);
            shortest = other.Length < shortest.Length ? other : shortest;
        }

        _compressed.Write(shortest);
        _segment.ResetWrittenCount();
    }

    /// <summary>
    /// Whole blocks, none of them the last, that end at a byte and refer to nothing before them: any number of such follow each other.
    /// </summary>
    private static byte[] Compress(ReadOnlySpan<byte> bytes, ZLibCompressionStrategy strategy)
    {
        using var compressed = new MemoryStream();
        var options = new ZLibCompressionOptions { CompressionLevel = BestLevel, CompressionStrategy = strategy };
        using var deflate = new DeflateStream(compressed, options, leaveOpen: true);
        deflate.Write(bytes);
        deflate.Flush();
        return compressed.ToArray();
    }
}
