using System.IO.Compression;

namespace Microsoft.ML.Snip.Formats.Model;

/// <summary>Reads the model file inside a zip written by ML.NET, without using ML.NET.</summary>
internal static class ZippedModel
{
    /// <summary>The name of the stream that holds the model file in a saved transformer.</summary>
    public const string StreamName = "Model.snip";

    private static ReadOnlySpan<byte> LocalFileHeader => "PK\u0003\u0004"u8;

    /// <summary>Whether a zip starts at the stream's position; the position does not change.</summary>
    public static bool IsZip(Stream stream)
    {
        long start = stream.Position;
        Span<byte> first = stackalloc byte[4];
        int read = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        stream.Position = start;
        return first[..read].SequenceEqual(LocalFileHeader);
    }

    /// <param name="stream">The zip; left open.</param>
    /// <exception cref="FormatException">The zip is damaged, or does not hold exactly one model of this library.</exception>
    public static SnipModel Read(Stream stream)
    {
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            ZipArchiveEntry[] models = [.. archive.Entries.Where(
                entry => entry.Name == StreamName || entry.FullName.EndsWith('\\' + StreamName, StringComparison.Ordinal))];
            if (models.Length != 1)
            {
                throw new FormatException($"It is a zip with {models.Length} pruned image classifiers; expected exactly one.");
            }

            using Stream model = models[0].Open();
            return ModelFile.Read(model);
        }
        catch (InvalidDataException exception)
        {
            throw new FormatException($"It is a damaged zip: {exception.Message}", exception);
        }
    }
}
