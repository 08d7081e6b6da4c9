using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.ML.Snip.Networks;

namespace Microsoft.ML.Snip.Tests.Formats;

/// <summary>
/// A model file taken apart by a second, independent reading of ModelFile.md: so that tests can damage what lies behind the compression and put a
/// file together again whose lengths and checksum are right.
/// </summary>
internal sealed record FileParts(IReadOnlyList<FilePart> Parts)
{
    public const int HeaderSize = 48;
    private const int LengthAt = 12;
    private const int ChecksumAt = 16;

    /// <summary>The index of the metadata among the parts; the length before it is put right by <see cref="Join"/>.</summary>
    public const int Metadata = 1;

    public static FileParts Split(byte[] file, NetworkDefinition definition)
    {
        var parts = new List<FilePart>();
        int at = HeaderSize;
        TakePlain(sizeof(uint));
        TakeBlock();
        foreach (Parameter _ in definition.Parameters.Where(parameter => parameter.Role == ParameterRole.Weight))
        {
            TakePlain(sizeof(uint));
        }

        foreach (Parameter parameter in definition.Parameters)
        {
            if (parameter.Role == ParameterRole.Weight)
            {
                TakePlain(1);
                TakeBlock();
            }

            for (int plane = 0; plane < 4; plane++)
            {
                TakeBlock();
            }
        }

        return at == file.Length ? new FileParts(parts) : throw new ArgumentException("The file is not as ModelFile.md says.");

        void TakePlain(int length)
        {
            parts.Add(new FilePart(file[at..(at + length)], IsBlock: false));
            at += length;
        }

        void TakeBlock()
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at));
            at += sizeof(uint);
            using var brotli = new BrotliStream(new MemoryStream(file, at, length), CompressionMode.Decompress);
            using var content = new MemoryStream();
            brotli.CopyTo(content);
            parts.Add(new FilePart(content.ToArray(), IsBlock: true));
            at += length;
        }
    }

    public FileParts With(int index, FilePart part) => new([.. Parts.Select((old, number) => number == index ? part : old)]);

    public FileParts WithMetadata(byte[] json)
    {
        var length = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)json.Length);
        return With(0, new FilePart(length, IsBlock: false)).With(Metadata, new FilePart(json, IsBlock: true));
    }

    /// <summary>A file of the parts, with a right length and checksum.</summary>
    public byte[] Join(ReadOnlySpan<byte> header)
    {
        using var file = new MemoryStream();
        file.Write(header[..HeaderSize]);
        Span<byte> length = stackalloc byte[sizeof(uint)];
        foreach (FilePart part in Parts)
        {
            byte[] bytes = part.Content;
            if (part.IsBlock)
            {
                bytes = Compress(bytes);
                BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
                file.Write(length);
            }

            file.Write(bytes);
        }

        byte[] joined = file.ToArray();
        Seal(joined);
        return joined;
    }

    /// <summary>Fast rather than small: other bytes than the writer's, with the same content.</summary>
    private static byte[] Compress(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.Fastest))
        {
            brotli.Write(bytes);
        }

        return compressed.ToArray();
    }

    /// <summary>Puts the length and the checksum in the header right.</summary>
    public static void Seal(byte[] file)
    {
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(LengthAt), file.Length - HeaderSize);
        SHA256.HashData(file.AsSpan(HeaderSize), file.AsSpan(ChecksumAt, SHA256.HashSizeInBytes));
    }
}

/// <summary>A number as it stands in the file, or the decompressed content of a block.</summary>
internal sealed record FilePart(byte[] Content, bool IsBlock);
