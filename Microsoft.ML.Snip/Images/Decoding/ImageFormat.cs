namespace Microsoft.ML.Snip.Images.Decoding;

/// <summary>Recognises the format of a file by its first bytes, independent of its name.</summary>
internal static class ImageFormat
{
    /// <summary>The number of first bytes that are needed to recognise a format.</summary>
    public const int BytesNeeded = 16;

    /// <summary>The formats that can be read, for messages.</summary>
    public const string Readable = "PNG, JPEG, WebP, GIF, BMP or ICO";

    private const byte LargestBitmapHeader = 124;

    /// <summary>Whether a file starts like an image in a format that can be read.</summary>
    /// <param name="start">The first <see cref="BytesNeeded"/> bytes of the file, or all bytes of a shorter one.</param>
    public static bool IsReadable(ReadOnlySpan<byte> start) =>
        start.StartsWith<byte>([0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'])
        || start.StartsWith<byte>([0xFF, 0xD8, 0xFF])
        || (start.StartsWith("RIFF"u8) && Holds(start, 8, "WEBP"u8))
        || start.StartsWith("GIF87a"u8)
        || start.StartsWith("GIF89a"u8)
        || (start.StartsWith("BM"u8) && start.Length >= BytesNeeded && start[14] is > 0 and <= LargestBitmapHeader && start[15] == 0)
        || start.StartsWith<byte>([0, 0, 1, 0]);

    /// <summary>The name of an image format that cannot be read; null for all other files.</summary>
    /// <param name="start">The first <see cref="BytesNeeded"/> bytes of the file, or all bytes of a shorter one.</param>
    public static string? NameUnreadable(ReadOnlySpan<byte> start) => 0 switch
    {
        _ when start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8) => "TIFF",
        _ when Holds(start, 4, "ftypavi"u8) => "AVIF",
        _ when Holds(start, 4, "ftyphe"u8) || Holds(start, 4, "ftypmif1"u8) || Holds(start, 4, "ftypmsf1"u8) => "HEIF",
        _ when start.StartsWith<byte>([0xFF, 0x0A]) || Holds(start, 4, "JXL "u8) => "JPEG XL",
        _ when Holds(start, 4, "jP  "u8) => "JPEG 2000",
        _ when start.StartsWith("8BPS"u8) => "Photoshop",
        _ when start.StartsWith("<svg"u8) => "SVG",
        _ => null,
    };

    /// <summary>Describes a file that no decoder recognises, for messages that begin with "the bytes".</summary>
    /// <param name="start">The first <see cref="BytesNeeded"/> bytes of the file, or all bytes of a shorter one.</param>
    public static string Describe(ReadOnlySpan<byte> start) => NameUnreadable(start) is { } name
        ? $"are an image in the format {name}, which cannot be read; save it as {Readable}"
        : IsReadable(start)
        ? "start like an image but have no valid header"
        : $"are not an image in a known format ({Readable})";

    private static bool Holds(ReadOnlySpan<byte> start, int offset, ReadOnlySpan<byte> name) =>
        start.Length >= offset && start[offset..].StartsWith(name);
}
