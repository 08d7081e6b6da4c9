namespace Microsoft.ML.Snip.Formats.Files;

/// <summary>
/// A model is looked at before it is read, and zips are read from their end: streams that cannot seek are read into memory first.
/// </summary>
internal static class SeekableCopy
{
    /// <summary>Far more than any model takes, whole pipelines included.</summary>
    public const int MaxBytes = 256 << 20;

    private const int BufferLength = 1 << 16;

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">The stream; left open.</param>
    /// <param name="maxBytes">The most that is read.</param>
    /// <exception cref="FormatException">The stream is longer.</exception>
    public static MemoryStream Of(Stream stream, int maxBytes = MaxBytes)
    {
        var copy = new MemoryStream();
        var buffer = new byte[BufferLength];
        for (int read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
        {
            if (copy.Length + read > maxBytes)
            {
                throw new FormatException($"It is longer than {maxBytes} bytes, the most that is read of a stream that cannot seek.");
            }

            copy.Write(buffer, 0, read);
        }

        copy.Position = 0;
        return copy;
    }
}
