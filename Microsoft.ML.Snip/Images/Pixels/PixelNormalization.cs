using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Snip.Images.Pixels;

/// <summary>
/// The normalisation of raw pixels to the network's input: x = (value - mean[channel]) * scale[channel], where scale is one over the
/// standard deviation. It is computed from the training set and stored with the model, so that training and prediction use the same values.
/// </summary>
/// <param name="Mean">The mean of each channel's raw values.</param>
/// <param name="Scale">One over the standard deviation of each channel's raw values; 1 where a channel is constant.</param>
internal sealed record PixelNormalization(ImmutableArray<float> Mean, ImmutableArray<float> Scale)
{
    /// <summary>A normalisation that leaves all values unchanged.</summary>
    /// <param name="channels">The number of channels.</param>
    public static PixelNormalization Unchanged(int channels) =>
        new([.. Enumerable.Repeat(0f, channels)], [.. Enumerable.Repeat(1f, channels)]);

    /// <summary>Normalises one image's raw values. Bytes and floats of the same values give bit-identical results.</summary>
    /// <param name="raw">Channels x height x width values.</param>
    /// <param name="destination">Receives as many values; may be the same memory as <paramref name="raw"/>.</param>
    /// <returns>Whether every result is a finite number.</returns>
    public bool Apply(ReadOnlySpan<float> raw, Span<float> destination)
    {
        int area = AreaOf(raw.Length, destination.Length);
        bool finite = true;
        for (int channel = 0; channel < Mean.Length; channel++)
        {
            finite &= ApplyChannel(raw.Slice(channel * area, area), destination.Slice(channel * area, area), Mean[channel], Scale[channel]);
        }

        return finite;
    }

    /// <summary>Normalises one image's raw values. Bytes and floats of the same values give bit-identical results.</summary>
    /// <param name="raw">Channels x height x width values.</param>
    /// <param name="destination">Receives as many values.</param>
    public void Apply(ReadOnlySpan<byte> raw, Span<float> destination)
    {
        int area = AreaOf(raw.Length, destination.Length);
        for (int channel = 0; channel < Mean.Length; channel++)
        {
            ApplyChannel(raw.Slice(channel * area, area), destination.Slice(channel * area, area), Mean[channel], Scale[channel]);
        }
    }

    private int AreaOf(int rawLength, int destinationLength) => rawLength % Mean.Length == 0 && destinationLength == rawLength
        ? rawLength / Mean.Length
        : throw new ArgumentException($"{rawLength} raw values of {Mean.Length} channels do not fit into {destinationLength} values.");

    private static bool ApplyChannel(ReadOnlySpan<float> raw, Span<float> destination, float mean, float scale)
    {
        var means = new Vector<float>(mean);
        var scales = new Vector<float>(scale);

        // x - x is 0 for a finite x, otherwise NaN; so the sum of these differences is 0 only if all results are finite.
        Vector<float> differences = Vector<float>.Zero;
        float difference = 0;
        int at = 0;
        for (; at <= raw.Length - Vector<float>.Count; at += Vector<float>.Count)
        {
            Vector<float> result = (new Vector<float>(raw[at..]) - means) * scales;
            result.CopyTo(destination[at..]);
            differences += result - result;
        }

        for (; at < raw.Length; at++)
        {
            float result = (raw[at] - mean) * scale;
            destination[at] = result;
            difference += result - result;
        }

        return Vector.EqualsAll(differences, Vector<float>.Zero) && difference == 0;
    }

    private static void ApplyChannel(ReadOnlySpan<byte> raw, Span<float> destination, float mean, float scale)
    {
        var means = new Vector<float>(mean);
        var scales = new Vector<float>(scale);
        int at = 0;
        for (; at <= raw.Length - Vector<byte>.Count; at += Vector<byte>.Count)
        {
            // Vectors in memory order: byte lanes [0, 1/4), [1/4, 1/2), [1/2, 3/4), [3/4, 1).
            Vector.Widen(new Vector<byte>(raw[at..]), out Vector<ushort> lower, out Vector<ushort> upper);
            Vector.Widen(lower, out Vector<uint> first, out Vector<uint> second);
            Vector.Widen(upper, out Vector<uint> third, out Vector<uint> fourth);
            Span<Vector<float>> results = MemoryMarshal.Cast<float, Vector<float>>(destination.Slice(at, Vector<byte>.Count));
            results[0] = (Vector.ConvertToSingle(first.As<uint, int>()) - means) * scales;
            results[1] = (Vector.ConvertToSingle(second.As<uint, int>()) - means) * scales;
            results[2] = (Vector.ConvertToSingle(third.As<uint, int>()) - means) * scales;
            results[3] = (Vector.ConvertToSingle(fourth.As<uint, int>()) - means) * scales;
        }

        for (; at < raw.Length; at++)
        {
            destination[at] = (raw[at] - mean) * scale;
        }
    }
}
