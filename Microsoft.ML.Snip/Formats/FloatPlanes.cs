using System.Numerics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Snip.Formats;

/// <summary>
/// Numbers as four blocks: each number's bits are rotated left by one, which puts the exponent in the highest byte and the sign in the lowest bit;
/// then come all highest bytes, all second ones, and so on. Exponents of trained weights are much alike and compress well among themselves.
/// </summary>
internal static class FloatPlanes
{
    private const int ExponentShift = 24;
    private const int ChunkSize = 4 << 10;

    public static void Write(PayloadWriter payload, ReadOnlySpan<float> values)
    {
        var plane = new byte[values.Length];
        for (int shift = ExponentShift; shift >= 0; shift -= 8)
        {
            for (int index = 0; index < plane.Length; index++)
            {
                plane[index] = (byte)(BitOperations.RotateLeft(BitConverter.SingleToUInt32Bits(values[index]), 1) >> shift);
            }

            payload.WriteBlock(PayloadWriter.Compress(plane, noise: shift != ExponentShift));
        }
    }

    /// <param name="payload">Where the four blocks are next.</param>
    /// <param name="count">How many numbers they hold; the caller has checked that so many may be.</param>
    /// <param name="what">What the numbers are, for messages.</param>
    public static float[] Read(PayloadReader payload, int count, string what)
    {
        var values = new float[count];
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(values.AsSpan());
        Span<byte> chunk = stackalloc byte[ChunkSize];
        for (int shift = ExponentShift; shift >= 0; shift -= 8)
        {
            using var plane = new BlockDecoder(payload.ReadBlock(what), what);
            for (int start = 0; start < count; start += ChunkSize)
            {
                int length = Math.Min(ChunkSize, count - start);
                plane.Read(chunk[..length]);
                for (int index = 0; index < length; index++)
                {
                    bits[start + index] |= (uint)chunk[index] << shift;
                }
            }

            plane.RequireEnd();
        }

        foreach (ref uint number in bits)
        {
            number = BitOperations.RotateRight(number, 1);
        }

        return values;
    }
}
