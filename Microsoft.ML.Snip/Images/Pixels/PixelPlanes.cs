using System.Numerics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Snip.Images.Pixels;

/// <summary>
/// Converts pixels of four bytes to planes of normalised floats, the inner loops of <see cref="RawPixels"/>. Whole vectors of pixels are
/// converted first, then the remaining pixels one by one; the values are the same either way.
/// </summary>
internal static class PixelPlanes
{
    private const int BytesPerPixel = 4, RedWeight = 299, GreenWeight = 587, BlueWeight = 114;

    /// <summary>Writes one plane: the luma floor((299 R + 587 G + 114 B + 500) / 1000).</summary>
    /// <param name="pixels">The pixels; the fourth byte of each is ignored.</param>
    /// <param name="redFirst">Whether the order of the colours is red, green, blue; otherwise it is blue, green, red.</param>
    /// <param name="normalization">The normalisation of the values.</param>
    /// <param name="plane">Receives one value for each pixel.</param>
    public static void WriteGrey(ReadOnlySpan<byte> pixels, bool redFirst, PixelNormalization normalization, Span<float> plane)
    {
        float mean = normalization.Mean[0], scale = normalization.Scale[0];
        int first = redFirst ? RedWeight : BlueWeight, third = redFirst ? BlueWeight : RedWeight;
        for (int at = WriteGreyVectors(pixels, first, third, mean, scale, plane); at < plane.Length; at++)
        {
            ReadOnlySpan<byte> pixel = pixels.Slice(at * BytesPerPixel, BytesPerPixel);
            int grey = ((first * pixel[0]) + (GreenWeight * pixel[1]) + (third * pixel[2]) + 500) / 1000;
            plane[at] = (grey - mean) * scale;
        }
    }

    /// <summary>Writes three planes: red, green and blue.</summary>
    /// <param name="pixels">The pixels; the fourth byte of each is ignored.</param>
    /// <param name="redFirst">Whether the order of the colours is red, green, blue; otherwise it is blue, green, red.</param>
    /// <param name="normalization">The normalisation of the values.</param>
    /// <param name="planes">Receives three values for each pixel, plane by plane.</param>
    public static void WriteColours(ReadOnlySpan<byte> pixels, bool redFirst, PixelNormalization normalization, Span<float> planes)
    {
        int area = planes.Length / 3;
        for (int channel = 0; channel < 3; channel++)
        {
            int offset = redFirst ? channel : 2 - channel;
            WriteColour(pixels, offset, normalization.Mean[channel], normalization.Scale[channel], planes.Slice(channel * area, area));
        }
    }

    private static void WriteColour(ReadOnlySpan<byte> pixels, int offset, float mean, float scale, Span<float> plane)
    {
        for (int at = WriteColourVectors(pixels, offset, mean, scale, plane); at < plane.Length; at++)
        {
            plane[at] = (pixels[(at * BytesPerPixel) + offset] - mean) * scale;
        }
    }

    /// <summary>
    /// Computes in floats, for which processors have faster instructions. A colour is not shifted to the lowest byte; its weight is divided
    /// by 256 or 65,536 instead. The sums are an integer plus 0.5, with few enough bits to be exact. The 0.5 keeps a thousandth of the sum
    /// far enough from an integer that rounding cannot reach it.
    /// </summary>
    private static int WriteGreyVectors(ReadOnlySpan<byte> pixels, float first, float third, float mean, float scale, Span<float> plane)
    {
        ReadOnlySpan<Vector<uint>> sources = Vectors(pixels);
        Span<Vector<float>> results = MemoryMarshal.Cast<float, Vector<float>>(plane)[..sources.Length];
        var firstWeights = new Vector<float>(first);
        var secondWeights = new Vector<float>(GreenWeight / 256f);
        var thirdWeights = new Vector<float>(third / 65536f);
        var halves = new Vector<float>(500.5f);
        var thousandths = new Vector<float>(0.001f);
        var means = new Vector<float>(mean);
        var scales = new Vector<float>(scale);
        for (int i = 0; i < results.Length; i++)
        {
            Vector<float> sum = Vector.MultiplyAddEstimate(Masked(sources[i], 0xFF), firstWeights, halves);
            sum = Vector.MultiplyAddEstimate(Masked(sources[i], 0xFF00), secondWeights, sum);
            sum = Vector.MultiplyAddEstimate(Masked(sources[i], 0xFF0000), thirdWeights, sum);
            results[i] = (Vector.Floor(sum * thousandths) - means) * scales;
        }

        return sources.Length * Vector<float>.Count;
    }

    private static int WriteColourVectors(ReadOnlySpan<byte> pixels, int offset, float mean, float scale, Span<float> plane)
    {
        ReadOnlySpan<Vector<uint>> sources = Vectors(pixels);
        Span<Vector<float>> results = MemoryMarshal.Cast<float, Vector<float>>(plane)[..sources.Length];
        var means = new Vector<float>(mean);
        var scales = new Vector<float>(scale);
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = (Masked(sources[i] >> (8 * offset), 0xFF) - means) * scales;
        }

        return sources.Length * Vector<float>.Count;
    }

    private static Vector<float> Masked(Vector<uint> pixels, uint mask) =>
        Vector.ConvertToSingle((pixels & new Vector<uint>(mask)).As<uint, int>());

    /// <summary>
    /// Whole vectors of pixels; each pixel is an integer whose lowest byte is the pixel's first byte. None on big-endian machines.
    /// </summary>
    private static ReadOnlySpan<Vector<uint>> Vectors(ReadOnlySpan<byte> pixels) =>
        BitConverter.IsLittleEndian ? MemoryMarshal.Cast<byte, Vector<uint>>(pixels) : [];
}
