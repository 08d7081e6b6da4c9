using System.Globalization;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Snip.Images;

/// <summary>The colour on which images with transparent parts are laid.</summary>
internal readonly record struct Background(byte Red, byte Green, byte Blue)
{
    /// <summary>How colours are written, for error messages.</summary>
    public const string Form = "a colour such as #FFFFFF: red, green and blue, two hexadecimal digits each";

    private const int BytesPerPixel = 4;

    /// <summary>The colour of paper: what transparent images are mostly drawn for.</summary>
    public static Background White { get; } = new(byte.MaxValue, byte.MaxValue, byte.MaxValue);

    /// <summary>Reads a colour as <see cref="ToString"/> writes it, in upper or lower case; null if it is none.</summary>
    public static Background? TryParse(string? text) =>
        text is ['#', _, _, _, _, _, _]
            && int.TryParse(text.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int colour)
            ? new Background((byte)(colour >> 16), (byte)(colour >> 8), (byte)colour)
            : null;

    /// <summary>The colour as #RRGGBB.</summary>
    public override string ToString() => $"#{Red:X2}{Green:X2}{Blue:X2}";

    /// <summary>
    /// Whether any pixel lets the ground through. Where no alpha is above 0 but some colour is, the fourth bytes are unused and no alpha.
    /// </summary>
    /// <param name="pixels">Four bytes a pixel, the last one alpha.</param>
    public static bool ShowsThrough(ReadOnlySpan<byte> pixels)
    {
        // SkiaSharp's images, as its machines, are little-endian: alpha is the highest byte.
        const uint FirstWithAlpha = 0x01000000, FirstOpaque = 0xFF000000;
        ReadOnlySpan<uint> values = MemoryMarshal.Cast<byte, uint>(pixels);
        return values.ContainsAnyExceptInRange(FirstOpaque, uint.MaxValue)
            && (values.ContainsAnyInRange(FirstWithAlpha, uint.MaxValue) || !values.ContainsAnyExcept(0u));
    }

    /// <summary>Lays an image on the ground: colour + (255 - alpha) x ground / 255, rounded.</summary>
    /// <param name="pixels">Four bytes a pixel, the last one alpha, with which the other three are multiplied.</param>
    /// <param name="redFirst">Whether a pixel begins with red, green, blue; else with blue, green, red.</param>
    /// <param name="opaque">Receives as many pixels; may be the same memory.</param>
    public void LayUnder(ReadOnlySpan<byte> pixels, bool redFirst, Span<byte> opaque)
    {
        ReadOnlySpan<byte> ground = redFirst ? [Red, Green, Blue] : [Blue, Green, Red];
        for (int at = 0; at < pixels.Length; at += BytesPerPixel)
        {
            int open = byte.MaxValue - pixels[at + 3];
            for (int channel = 0; channel < ground.Length; channel++)
            {
                opaque[at + channel] = (byte)Math.Min(
                    byte.MaxValue, pixels[at + channel] + (((open * ground[channel]) + 127) / byte.MaxValue));
            }

            opaque[at + 3] = byte.MaxValue;
        }
    }
}
