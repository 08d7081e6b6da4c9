namespace Microsoft.ML.Snip.Formats.Files;

/// <summary>
/// Copies streams that cannot seek into memory: the start of a model is examined before it is read, and zips are read from their end.
/// </summary>
internal static class SeekableCopy
{
    /// <summary>The maximum size of a copy, far more than any model needs, including a whole pipeline.</summary>
    public const int MaxBytes = 256 << 20;

    private const int BufferLength = 1 << 16;

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">The stream; left open.</param>
    /// <param name="maxBytes">The maximum number of bytes.</param>
    /// <exception cref="FormatException">The stream is longer than <paramref name="maxBytes"/>.</exception>
    public static MemoryStream Of(Stream stream, int maxBytes = MaxBytes)
    {
        var copy = new MemoryStream();
        var buffer = new byte[BufferLength];
        for (int read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
        {
            if (copy.Length + read > maxBytes)
            {
                throw new FormatException($"It is longer than {maxBytes} bytes, the maximum for a stream that cannot seek.");
            }

            copy.Write(buffer, 0, read);
        }

        copy.Position = 0;
        return copy;
    }
}
