using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.Snip.Images.Pixels;

/// <summary>
/// Resizes images with the filter of <see cref="FilterWeights"/>, first vertically, then horizontally, and rounds once, to the nearest
/// integer. It is managed code with a fixed order of additions, so that the pixels do not depend on the version of a native library or on
/// the machine.
/// </summary>
internal static class ImageScaler
{
    private const int BytesPerPixel = 4;

    /// <summary>Resizes an image, all four channels in the same way. Safe for concurrent use by several threads.</summary>
    /// <param name="pixels">The image, four bytes for each pixel, row by row.</param>
    /// <param name="width">The image's width in pixels.</param>
    /// <param name="height">The image's height in pixels.</param>
    /// <param name="target">Receives the resized image.</param>
    /// <param name="targetWidth">The new width in pixels.</param>
    /// <param name="targetHeight">The new height in pixels.</param>
    public static void Scale(ReadOnlySpan<byte> pixels, int width, int height, Span<byte> target, int targetWidth, int targetHeight)
    {
        FilterWeights down = FilterWeights.Between(height, targetHeight), across = FilterWeights.Between(width, targetWidth);
        int length = width * BytesPerPixel, targetLength = targetWidth * BytesPerPixel;
        float[] rented = ArrayPool<float>.Shared.Rent(length);
        Span<float> mean = rented.AsSpan(0, length);
        for (int row = 0; row < targetHeight; row++)
        {
            mean.Clear();
            int start = down.StartOf(row);
            foreach (float weight in down.Of(row))
            {
                Add(pixels.Slice(start++ * length, length), weight, mean);
            }

            ScaleRow(mean, across, target.Slice(row * targetLength, targetLength));
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    /// <summary>Adds a weighted row. Widening a vector of bytes keeps the order in memory.</summary>
    private static void Add(ReadOnlySpan<byte> row, float weight, Span<float> sum)
    {
        var weights = new Vector<float>(weight);
        int at = 0;
        for (; at <= row.Length - Vector<byte>.Count; at += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(row[at..]), out Vector<ushort> lower, out Vector<ushort> upper);
            Vector.Widen(lower, out Vector<uint> first, out Vector<uint> second);
            Vector.Widen(upper, out Vector<uint> third, out Vector<uint> fourth);
            Span<Vector<float>> sums = MemoryMarshal.Cast<float, Vector<float>>(sum.Slice(at, Vector<byte>.Count));
            sums[0] += Vector.ConvertToSingle(first.As<uint, int>()) * weights;
            sums[1] += Vector.ConvertToSingle(second.As<uint, int>()) * weights;
            sums[2] += Vector.ConvertToSingle(third.As<uint, int>()) * weights;
            sums[3] += Vector.ConvertToSingle(fourth.As<uint, int>()) * weights;
        }

        for (; at < row.Length; at++)
        {
            sum[at] += row[at] * weight;
        }
    }

    /// <summary>Resizes a row; the four channels of a pixel are one vector.</summary>
    private static void ScaleRow(ReadOnlySpan<float> row, FilterWeights across, Span<byte> target)
    {
        ReadOnlySpan<Vector128<float>> pixels = MemoryMarshal.Cast<float, Vector128<float>>(row);
        for (int column = 0, at = 0; at < target.Length; column++, at += BytesPerPixel)
        {
            ReadOnlySpan<float> weights = across.Of(column);
            ReadOnlySpan<Vector128<float>> neighbours = pixels.Slice(across.StartOf(column), weights.Length);
            Vector128<float> sum = Vector128.Create(0.5f);
            for (int i = 0; i < weights.Length; i++)
            {
                sum += neighbours[i] * weights[i];
            }

            for (int channel = 0; channel < BytesPerPixel; channel++)
            {
                target[at + channel] = (byte)sum[channel];
            }
        }
    }
}
