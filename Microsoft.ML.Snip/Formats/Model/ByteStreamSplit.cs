using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML.Snip.Formats.Files;

namespace Microsoft.ML.Snip.Formats.Model;

/// <summary>
/// Numbers byte by byte: each number's bits are rotated left by one, which puts the exponent in the highest byte and the sign in the lowest
/// bit; then come the highest bytes of all numbers, the second ones, and so on. Exponents of trained weights are much alike and compress
/// well among themselves.
/// </summary>
internal static class ByteStreamSplit
{
    private const int ExponentShift = 24;
    private const int ChunkSize = 4 << 10;

    /// <param name="content">Where to write.</param>
    /// <param name="arrays">The numbers of each parameter.</param>
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

    /// <param name="content">Where the numbers are next.</param>
    /// <param name="arrays">Arrays of zeros, which are filled.</param>
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
