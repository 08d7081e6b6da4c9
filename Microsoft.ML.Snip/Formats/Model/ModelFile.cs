using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.ML.Snip.Formats.Files;

namespace Microsoft.ML.Snip.Formats.Model;

/// <summary>Writes and reads models; docs/model-file.md describes the format byte by byte. The same model gives the same bytes.</summary>
internal static class ModelFile
{
    private const uint Version = 3;
    private const int VersionAt = 8;
    private const int LengthAt = VersionAt + sizeof(uint);
    private const int ChecksumAt = LengthAt + sizeof(uint);
    private const int HeaderSize = ChecksumAt + SHA256.HashSizeInBytes;

    /// <summary>Not text in any encoding, and changed by whatever changes line ends.</summary>
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

    /// <summary>Writes a file that holds, whatever happens, the whole model or what it held before.</summary>
    /// <exception cref="ArgumentException">The model is not consistent, or larger than a reader accepts.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void WriteAtomically(string path, SnipModel model) => AtomicFile.Write(path, stream => Write(stream, model));

    /// <summary>Reads the one model that the stream holds from its position to its end.</summary>
    /// <exception cref="FormatException">The stream holds something else; the message says what was found and what expected.</exception>
    public static SnipModel Read(Stream stream)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        int found = stream.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false);
        if (!header[..found].StartsWith(Magic))
        {
            throw new FormatException($"This is no model: it starts with '{Convert.ToHexString(header[..Math.Min(found, Magic.Length)])}', "
                + $"expected '{Convert.ToHexString(Magic)}'.");
        }

        if (found < HeaderSize)
        {
            throw new FormatException($"The model is cut off: its header has {found} bytes, expected {HeaderSize}.");
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(header[VersionAt..]);
        if (version != Version)
        {
            throw new FormatException($"The model has format version {version}; this library reads version {Version}, so "
                + (version > Version ? "a later one is needed." : "the one that saved it is needed, or the model must be trained again."));
        }

        byte[] payload = ReadPayload(stream, BinaryPrimitives.ReadUInt32LittleEndian(header[LengthAt..]));
        if (!SHA256.HashData(payload).AsSpan().SequenceEqual(header[ChecksumAt..]))
        {
            throw new FormatException("The model is damaged: its content does not have the checksum that its header says.");
        }

        return ModelPayload.Read(payload);
    }

    /// <exception cref="FormatException">The file holds no model; the message names the file.</exception>
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

    /// <summary>Reads to the end of the stream, allocating at most about twice what really comes.</summary>
    private static byte[] ReadPayload(Stream stream, uint length)
    {
        if (length > ModelLimits.MaxPayload)
        {
            throw new FormatException($"The model is said to have {length} bytes; {ModelLimits.MaxPayload} is the most.");
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
            throw new FormatException($"Something follows the model's {length} bytes; expected the end.");
        }

        return payload;
    }
}
