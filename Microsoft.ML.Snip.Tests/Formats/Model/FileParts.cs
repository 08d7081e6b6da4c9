using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Tests.Formats.Model;

/// <summary>
/// A model file taken apart by a second, independent reading of docs/model-file.md: so that tests can damage what lies behind the
/// compression and put a file together again whose length and checksum are right.
/// </summary>
/// <param name="Metadata">The JSON text.</param>
/// <param name="Numbers">The numbers of kept weights, one a matrix; their positions; then the four planes of all values.</param>
internal sealed record FileParts(byte[] Metadata, IReadOnlyList<byte[]> Numbers)
{
    public const int HeaderSize = 48;
    private const int LengthAt = 12;
    private const int ChecksumAt = 16;

    /// <summary>The first bytes of a file, up to its length.</summary>
    private static readonly byte[] Start = [0x89, (byte)'S', (byte)'N', (byte)'I', (byte)'P', (byte)'\r', (byte)'\n', 0x1A, 3, 0, 0, 0];

    public static FileParts Split(byte[] file, SparseNetwork network)
    {
        byte[] content = Inflate(file.AsSpan(HeaderSize));
        int at = sizeof(uint);
        byte[] metadata = Take(BinaryPrimitives.ReadInt32LittleEndian(content));
        var numbers = new List<byte[]>();
        NetworkParameter[] weights = [.. network.Definition.Parameters.Where(parameter => parameter.Role == ParameterRole.Weight)];
        foreach (NetworkParameter _ in weights)
        {
            numbers.Add(Take(sizeof(uint)));
        }

        int[] kept = [.. numbers.Select(count => BinaryPrimitives.ReadInt32LittleEndian(count))];
        foreach (int count in kept)
        {
            int end = at;
            for (int found = 0; found < count; found += content[end++] == 255 ? 0 : 1)
            {
            }

            numbers.Add(Take(end - at));
        }

        for (int plane = 0; plane < 4; plane++)
        {
            int weight = 0;
            foreach (NetworkParameter parameter in network.Definition.Parameters)
            {
                numbers.Add(Take(parameter.Role == ParameterRole.Weight ? kept[weight++] : (int)parameter.Count));
            }
        }

        return at == content.Length
            ? new FileParts(metadata, numbers)
            : throw new ArgumentException("The file is not as docs/model-file.md says.");

        byte[] Take(int length) => content[at..(at += length)];
    }

    public FileParts WithMetadata(byte[] json) => this with { Metadata = json };

    public FileParts With(int index, byte[] bytes) =>
        this with { Numbers = [.. Numbers.Select((old, number) => number == index ? bytes : old)] };

    /// <summary>The content of a file of the parts.</summary>
    public byte[] ToContent()
    {
        var length = new byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32LittleEndian(length, Metadata.Length);
        return [.. length, .. Metadata, .. Numbers.SelectMany(bytes => bytes)];
    }

    /// <summary>A file of the parts, with a right length and checksum.</summary>
    public byte[] Join() => Join(ToContent());

    /// <summary>A file of any content, with a right length and checksum.</summary>
    public static byte[] Join(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var deflate = new DeflateStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(content);
        }

        return Wrap(compressed.ToArray());
    }

    /// <summary>A file of any payload, with a right length and checksum.</summary>
    public static byte[] Wrap(byte[] payload)
    {
        byte[] file = [.. Start, .. new byte[HeaderSize - LengthAt], .. payload];
        Seal(file);
        return file;
    }

    /// <summary>Puts the length and the checksum in the header right.</summary>
    public static void Seal(byte[] file)
    {
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(LengthAt), file.Length - HeaderSize);
        SHA256.HashData(file.AsSpan(HeaderSize), file.AsSpan(ChecksumAt, SHA256.HashSizeInBytes));
    }

    private static byte[] Inflate(ReadOnlySpan<byte> compressed)
    {
        using var deflate = new DeflateStream(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress);
        using var content = new MemoryStream();
        deflate.CopyTo(content);
        return content.ToArray();
    }
}
