using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.ML.Snip.Formats.Files;

namespace Microsoft.ML.Snip.Formats.Model;

/// <summary>Writes and reads models; docs/model-file.md describes the format byte by byte. Equal models give equal bytes.</summary>
internal static class ModelFile
{
    private const uint Version = 3;
    private const int VersionAt = 8;
    private const int LengthAt = VersionAt + sizeof(uint);
    private const int ChecksumAt = LengthAt + sizeof(uint);
    private const int HeaderSize = ChecksumAt + SHA256.HashSizeInBytes;

    /// <summary>Not valid text in any encoding, and damaged by any conversion of line ends.</summary>
    private static ReadOnlySpan<byte> Magic => [0x89, (byte)'S', (byte)'N', (byte)'I', (byte)'P', (byte)'\r', (byte)'\n', 0x1A];

    /// <exception cref="ArgumentException">The model is not consistent, or larger than a reader accepts.</exception>
    public static void Write(Stream stream, SnipModel model)
    {
        ReadOnlySpan<byte> payload = ModelPayload.Write(model);
        Span<byte> header = stackalloc byte[HeaderSize];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[VersionAt..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(header[LengthAt..], (uint)payload.Length);
        SHA256.HashData(payload, header[ChecksumAt..]);
        stream.Write(header);
        stream.Write(payload);
    }

    /// <summary>Writes a file atomically: if writing fails, the file keeps its previous content.</summary>
    /// <exception cref="ArgumentException">The model is not consistent, or larger than a reader accepts.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void WriteAtomically(string path, SnipModel model) => AtomicFile.Write(path, stream => Write(stream, model));

    /// <summary>Reads a model from the stream's position to its end.</summary>
    /// <exception cref="FormatException">
    /// The stream does not hold a model; the message says what was found and what was expected.
    /// </exception>
    public static SnipModel Read(Stream stream)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        int found = stream.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false);
        if (!header[..found].StartsWith(Magic))
        {
            throw new FormatException($"This is not a model: it starts with "
                + $"'{Convert.ToHexString(header[..Math.Min(found, Magic.Length)])}', expected '{Convert.ToHexString(Magic)}'.");
        }

        if (found < HeaderSize)
        {
            throw new FormatException($"The model is cut off: its header has {found} bytes, expected {HeaderSize}.");
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(header[VersionAt..]);
        if (version != Version)
        {
            throw new FormatException($"The model has format version {version}; this library reads version {Version}, so "
                + (version > Version
                    ? "a later version of the library is needed."
                    : "use the version of the library that saved it, or train the model again."));
        }

        byte[] payload = ReadPayload(stream, BinaryPrimitives.ReadUInt32LittleEndian(header[LengthAt..]));
        if (!SHA256.HashData(payload).AsSpan().SequenceEqual(header[ChecksumAt..]))
        {
            throw new FormatException("The model is damaged: its content does not match the checksum in its header.");
        }

        return ModelPayload.Read(payload);
    }

    /// <exception cref="FormatException">The file does not hold a model; the message names the file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SnipModel Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        try
        {
            return Read(stream);
        }
        catch (FormatException exception)
        {
            throw new FormatException($"Cannot load the model file '{path}'. {exception.Message}", exception);
        }
    }

    /// <summary>Reads to the end of the stream, allocating at most about twice the actual size.</summary>
    private static byte[] ReadPayload(Stream stream, uint length)
    {
        if (length > ModelLimits.MaxPayload)
        {
            throw new FormatException($"The model's header specifies {length} bytes; the maximum is {ModelLimits.MaxPayload}.");
        }

        const int FirstSize = 1 << 20;
        var payload = new byte[Math.Min((int)length, FirstSize)];
        int found = stream.ReadAtLeast(payload, payload.Length, throwOnEndOfStream: false);
        while (found == payload.Length && found < length)
        {
            Array.Resize(ref payload, (int)Math.Min(length, 2L * found));
            found += stream.ReadAtLeast(payload.AsSpan(found), payload.Length - found, throwOnEndOfStream: false);
        }

        if (found < length)
        {
            throw new FormatException($"The model is cut off: {found} bytes follow its header, expected {length}.");
        }

        if (stream.ReadByte() != -1)
        {
            throw new FormatException($"There are data after the model's {length} bytes; expected the end.");
        }

        return payload;
    }
}
