using System.Globalization;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Snip.Images;

/// <summary>The background colour on which images with transparent parts are drawn.</summary>
internal readonly record struct Background(byte Red, byte Green, byte Blue)
{
    /// <summary>The format of a colour, for error messages.</summary>
    public const string Form = "a colour such as #FFFFFF: red, green and blue, two hexadecimal digits each";

    private const int BytesPerPixel = 4;

    /// <summary>White, the background that most transparent images are drawn for.</summary>
    public static Background White { get; } = new(byte.MaxValue, byte.MaxValue, byte.MaxValue);

    /// <summary>Parses a colour as <see cref="ToString"/> writes it, in upper or lower case; null if the text is not a colour.</summary>
    public static Background? TryParse(string? text) =>
        text is ['#', _, _, _, _, _, _]
            && int.TryParse(text.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int colour)
            ? new Background((byte)(colour >> 16), (byte)(colour >> 8), (byte)colour)
            : null;

    /// <summary>The colour as #RRGGBB.</summary>
    public override string ToString() => $"#{Red:X2}{Green:X2}{Blue:X2}";

    /// <summary>
    /// Whether any pixel is transparent. If all alpha values are 0 but some colour is not, the fourth bytes are unused, not alpha.
    /// </summary>
    /// <param name="pixels">Four bytes for each pixel, the last one alpha.</param>
    public static bool HasTransparency(ReadOnlySpan<byte> pixels)
    {
        // SkiaSharp's images are little-endian, like the machines that it runs on: alpha is the highest byte.
        const uint FirstWithAlpha = 0x01000000, FirstOpaque = 0xFF000000;
        ReadOnlySpan<uint> values = MemoryMarshal.Cast<byte, uint>(pixels);
        return values.ContainsAnyExceptInRange(FirstOpaque, uint.MaxValue)
            && (values.ContainsAnyInRange(FirstWithAlpha, uint.MaxValue) || !values.ContainsAnyExcept(0u));
    }

    /// <summary>Draws an image on the background: colour + (255 - alpha) x background / 255, rounded.</summary>
    /// <param name="pixels">Four bytes for each pixel, the last one alpha; the other three are premultiplied by alpha.</param>
    /// <param name="redFirst">Whether the order of the colours is red, green, blue; otherwise it is blue, green, red.</param>
    /// <param name="opaque">Receives as many opaque pixels; may be the same memory.</param>
    public void Blend(ReadOnlySpan<byte> pixels, bool redFirst, Span<byte> opaque)
    {
        ReadOnlySpan<byte> background = redFirst ? [Red, Green, Blue] : [Blue, Green, Red];
        for (int at = 0; at < pixels.Length; at += BytesPerPixel)
        {
            int transparency = byte.MaxValue - pixels[at + 3];
            for (int channel = 0; channel < background.Length; channel++)
            {
                opaque[at + channel] = (byte)Math.Min(
                    byte.MaxValue, pixels[at + channel] + (((transparency * background[channel]) + 127) / byte.MaxValue));
            }

            opaque[at + 3] = byte.MaxValue;
        }
    }
}
