using System.Buffers.Binary;
using SkiaSharp;

namespace Microsoft.ML.Snip.Tests.Images;

/// <summary>Image files that tests make, and what they make of them.</summary>
internal static class ImageFiles
{
    public static byte[] Fixture(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", name));

    /// <summary>A file of an image whose pixels a function gives.</summary>
    public static byte[] Encode(SKEncodedImageFormat format, int width, int height, Func<int, int, SKColor> colour)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                bitmap.SetPixel(x, y, colour(x, y));
            }
        }

        using SKData data = bitmap.Encode(format, 100);
        return data.ToArray();
    }

    /// <summary>A JPEG whose EXIF data tell an orientation; 32 x 48 pixels, its quarters grey: 0 and 80 above, 160 and 255 below.</summary>
    public static byte[] Oriented(int orientation)
    {
        byte[] file = Encode(SKEncodedImageFormat.Jpeg, 32, 48, (x, y) => Grey((x < 16, y < 24) switch
        {
            (true, true) => 0,
            (false, true) => 80,
            (true, false) => 160,
            _ => 255,
        }));
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1,
            0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0,
        ];
        return [.. file[..2], .. exif, .. file[2..]];
    }

    public static SKColor Grey(int value) => new((byte)value, (byte)value, (byte)value);

    /// <summary>The parts of a PNG: where each begins, and its type.</summary>
    public static IEnumerable<(int Start, int Length, string Type)> ChunksOf(byte[] png)
    {
        const int SignatureLength = 8, FrameLength = 12;
        for (int at = SignatureLength; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at)) + FrameLength;
            yield return (at, length, System.Text.Encoding.ASCII.GetString(png, at + 4, 4));
            at += length;
        }
    }

    /// <summary>A part of a PNG with a right checksum.</summary>
    public static byte[] Chunk(string type, byte[] content)
    {
        byte[] named = [.. System.Text.Encoding.ASCII.GetBytes(type), .. content];
        var frame = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(frame, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), Checksum(named));
        return [.. frame[..4], .. named, .. frame[4..]];
    }

    private static uint Checksum(byte[] bytes)
    {
        uint rest = uint.MaxValue;
        foreach (byte value in bytes)
        {
            rest ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                rest = (rest & 1) == 0 ? rest >> 1 : (rest >> 1) ^ 0xEDB88320;
            }
        }

        return ~rest;
    }
}
