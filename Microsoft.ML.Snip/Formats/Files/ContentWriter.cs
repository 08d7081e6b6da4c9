using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Microsoft.ML.Snip.Formats.Files;

/// <summary>
/// Writes the content of a model file as one Deflate stream; equal content gives equal bytes. The content is split into segments of one or
/// more parts with similar data. Each segment has its own Huffman codes and is compressed with the strategy that makes it shortest.
/// </summary>
internal sealed class ContentWriter
{
    /// <summary>The minimum size of a segment in bytes; shorter parts share one.</summary>
    private const int MinSegment = 2 << 10;

    /// <summary>
    /// The maximum size of a segment in which repetitions are searched for: the search is slow, and only text and positions have
    /// repetitions.
    /// </summary>
    private const int MaxToSearch = 256 << 10;

    private const int BestLevel = 9;

    private readonly ArrayBufferWriter<byte> _segment = new();
    private readonly ArrayBufferWriter<byte> _compressed = new();

    /// <summary>An empty last block with fixed codes, which ends a Deflate stream.</summary>
    private static ReadOnlySpan<byte> End => [0x03, 0x00];

    public void WriteUInt32(uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _segment.Write(bytes);
    }

    /// <summary>Writes a part with similar data.</summary>
    public void WritePart(ReadOnlySpan<byte> bytes)
    {
        _segment.Write(bytes);
        if (_segment.WrittenCount >= MinSegment)
        {
            CloseSegment();
        }
    }

    /// <summary>Ends the stream and returns it; nothing can be written afterwards.</summary>
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
        ReadOnlySpan<ZLibCompressionStrategy> others = segment.Length <= MaxToSearch
            ? [ZLibCompressionStrategy.RunLengthEncoding, ZLibCompressionStrategy.Default]
            : [ZLibCompressionStrategy.RunLengthEncoding];
        foreach (ZLibCompressionStrategy strategy in others)
        {
            byte[] other = Compress(segment, strategy);
            shortest = other.Length < shortest.Length ? other : shortest;
        }

        _compressed.Write(shortest);
        _segment.ResetWrittenCount();
    }

    /// <summary>
    /// Compresses to whole blocks that are not marked as last, end at a byte boundary and do not refer to earlier data, so that such
    /// results can be concatenated.
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
