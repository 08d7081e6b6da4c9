using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.ML.Snip.Formats.Files;
using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Formats.Checkpoints;

/// <summary>Writes and reads checkpoints; docs/checkpoint-file.md describes the format.</summary>
internal static class CheckpointFile
{
    private const uint Version = 1;
    private const int VersionAt = 8;
    private const int MetadataLengthAt = VersionAt + sizeof(uint);
    private const int HeaderSize = MetadataLengthAt + sizeof(uint);

    /// <summary>The maximum length of the metadata: ten thousand epochs and thousands of layers need less.</summary>
    private const int MaxMetadata = 16 << 20;

    /// <summary>The size of the pieces in which a file is read to compute its checksum.</summary>
    private const int PieceSize = 1 << 20;

    /// <summary>Not valid text in any encoding, and damaged by any conversion of line ends.</summary>
    private static ReadOnlySpan<byte> Magic => [0x89, (byte)'S', (byte)'N', (byte)'C', (byte)'P', (byte)'\r', (byte)'\n', 0x1A];

    /// <summary>Writes a file atomically: if writing fails, the file keeps its previous content.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder is not writable.</exception>
    public static void Write(string path, Checkpoint checkpoint) => AtomicFile.Write(path, file =>
    {
        using var hash = SHA256.Create();
        using (var stream = new CryptoStream(file, hash, CryptoStreamMode.Write, leaveOpen: true))
        {
            WriteContent(stream, checkpoint);
        }

        file.Write(hash.Hash);
    });

    /// <exception cref="FormatException">The file is not a checkpoint, or is damaged; the message names the file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Checkpoint Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        try
        {
            return Read(file);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException or EndOfStreamException)
        {
            throw new FormatException($"'{path}' is not a usable checkpoint. {exception.Message}", exception);
        }
    }

    private static void WriteContent(Stream stream, Checkpoint checkpoint)
    {
        var document = CheckpointDocument.From(checkpoint);
        byte[] metadata = document.ToJson();
        Span<byte> header = stackalloc byte[HeaderSize];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[VersionAt..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(header[MetadataLengthAt..], (uint)metadata.Length);
        stream.Write(header);
        stream.Write(metadata);
        foreach ((NetworkStateDocument network, NetworkState state) in document.State.Networks.Zip(NetworksOf(checkpoint.State)))
        {
            NetworkNumbers.Write(stream, network, state);
        }
    }

    private static IEnumerable<NetworkState> NetworksOf(TrainingState state) =>
        new[] { state.Network, state.BestNetwork }.OfType<NetworkState>()
            .Concat(state.LastGood is { } good ? NetworksOf(good) : []);

    private static Checkpoint Read(FileStream file)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        int found = file.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false);
        if (!header[..found].StartsWith(Magic))
        {
            throw new FormatException(
                $"It starts with '{Convert.ToHexString(header[..Math.Min(found, Magic.Length)])}', expected "
                + $"'{Convert.ToHexString(Magic)}'.");
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(header[VersionAt..]), length =
            BinaryPrimitives.ReadUInt32LittleEndian(header[MetadataLengthAt..]);
        if (found == HeaderSize && version != Version)
        {
            throw new FormatException($"It has format version {version}; this library reads version {Version}.");
        }

        if (found < HeaderSize || !IsWhole(file))
        {
            throw new FormatException("It is damaged: its content does not match its checksum.");
        }

        long content = file.Length - HeaderSize - SHA256.HashSizeInBytes;
        if (length > Math.Min(MaxMetadata, content))
        {
            throw new FormatException($"Its header specifies {length} bytes of metadata; the maximum is {Math.Min(MaxMetadata, content)}.");
        }

        file.Position = HeaderSize;
        var metadata = new byte[length];
        file.ReadExactly(metadata);
        return ReadNumbers(file, CheckpointDocument.FromJson(metadata), content - length);
    }

    private static Checkpoint ReadNumbers(FileStream file, CheckpointDocument document, long left)
    {
        long expected = checked(document.State.Networks.Sum(NetworkNumbers.CountBytes));
        if (expected != left)
        {
            throw new FormatException($"{left} bytes follow its metadata, which specify {expected}.");
        }

        Queue<NetworkState> networks = new(document.State.Networks.Select(network => NetworkNumbers.Read(file, network)));
        return new Checkpoint(
            document.Fit, document.Seed, document.Engine, document.EngineReason, document.State.ToState(networks));
    }

    /// <summary>Whether the file ends with the SHA-256 of what is before.</summary>
    private static bool IsWhole(FileStream file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[PieceSize];
        file.Position = 0;
        for (long left = file.Length - SHA256.HashSizeInBytes; left > 0;)
        {
            int read = file.Read(piece.AsSpan(0, (int)Math.Min(left, piece.Length)));
            if (read == 0)
            {
                return false;
            }

            hash.AppendData(piece.AsSpan(0, read));
            left -= read;
        }

        Span<byte> stored = stackalloc byte[SHA256.HashSizeInBytes];
        return file.ReadAtLeast(stored, stored.Length, throwOnEndOfStream: false) == stored.Length
            && hash.GetHashAndReset().AsSpan().SequenceEqual(stored);
    }
}
