using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML.Snip.Formats.Files;

namespace Microsoft.ML.Snip.Formats.Model;

/// <summary>
/// Stores floats in byte planes: the bits of each value are rotated left by one, which moves the exponent to the highest byte and the sign
/// to the lowest bit. Then the highest bytes of all values are written, then the second bytes, and so on. The exponents of trained weights
/// are similar and compress well together.
/// </summary>
internal static class ByteStreamSplit
{
    private const int ExponentShift = 24;
    private const int ChunkSize = 4 << 10;

    /// <param name="content">The content to write to.</param>
    /// <param name="arrays">The values of each parameter.</param>
    public static void Write(ContentWriter content, IReadOnlyList<float[]> arrays)
    {
        for (int shift = ExponentShift; shift >= 0; shift -= 8)
        {
            foreach (float[] values in arrays)
            {
                var plane = new byte[values.Length];
                for (int index = 0; index < plane.Length; index++)
                {
                    plane[index] = (byte)(BitOperations.RotateLeft(BitConverter.SingleToUInt32Bits(values[index]), 1) >> shift);
                }

                content.WritePart(plane);
            }
        }
    }

    /// <param name="content">The content to read from, at the position of the values.</param>
    /// <param name="arrays">Arrays of zeros to fill.</param>
    public static void Read(ContentReader content, IReadOnlyList<float[]> arrays)
    {
        Span<byte> chunk = stackalloc byte[ChunkSize];
        for (int shift = ExponentShift; shift >= 0; shift -= 8)
        {
            foreach (float[] values in arrays)
            {
                Span<uint> bits = MemoryMarshal.Cast<float, uint>(values.AsSpan());
                for (int start = 0; start < bits.Length; start += ChunkSize)
                {
                    int length = Math.Min(ChunkSize, bits.Length - start);
                    content.Read(chunk[..length], "weights");
                    for (int index = 0; index < length; index++)
                    {
                        bits[start + index] |= (uint)chunk[index] << shift;
                    }
                }
            }
        }

        foreach (float[] values in arrays)
        {
            foreach (ref uint number in MemoryMarshal.Cast<float, uint>(values.AsSpan()))
            {
                number = BitOperations.RotateRight(number, 1);
            }
        }
    }
}
