using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>
/// Raw images, one behind the other, to normalised images side by side: y[i * lanes + p] = (x[p * stride + i] - mean[i]) * scale[i]. The
/// results are bit for bit those of <see cref="Interleave"/> on normalised images.
/// </summary>
internal static unsafe class ByteInterleave<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <param name="x">
    /// The images; their number is <paramref name="lanes"/> rounded up to <see cref="ByteTranspose.Side"/>, and each has as many bytes
    /// behind its last.
    /// </param>
    /// <param name="stride">Bytes from one image to the next.</param>
    /// <param name="y">The results.</param>
    /// <param name="lanes">The number of images side by side, a multiple of the vector's width.</param>
    /// <param name="first">The first value of an image to write.</param>
    /// <param name="count">The number of values to write.</param>
    /// <param name="means">The mean of each value of an image.</param>
    /// <param name="scales">The scale of each value of an image.</param>
    public static void Run(byte* x, int stride, float* y, int lanes, int first, int count, float* means, float* scales)
    {
        byte* transposed = stackalloc byte[ByteTranspose.Side * ByteTranspose.Side];
        for (int start = first; start < first + count; start += ByteTranspose.Side)
        {
            int length = Math.Min(ByteTranspose.Side, first + count - start);
            for (int lane = 0; lane < lanes; lane += ByteTranspose.Side)
            {
                ByteTranspose.Run(x + ((nint)lane * stride) + start, stride, transposed);
                int width = Math.Min(ByteTranspose.Side, lanes - lane);
                for (int i = 0; i < length; i++)
                {
                    TVector mean = TSimd.Broadcast(means[start + i]), scale = TSimd.Broadcast(scales[start + i]);
                    float* row = y + ((nint)(start + i) * lanes) + lane;
                    for (int p = 0; p < width; p += TSimd.Width)
                    {
                        TVector raw = TSimd.FromBytes(transposed + (i * ByteTranspose.Side) + p);
                        TSimd.Store(TSimd.Multiply(TSimd.Subtract(raw, mean), scale), row + p);
                    }
                }
            }
        }
    }
}

/// <summary>Transposes 16 rows of 16 bytes.</summary>
internal static unsafe class ByteTranspose
{
    /// <summary>The number of rows, and of bytes in a row.</summary>
    public const int Side = 16;

    /// <summary>y[16 * i + p] = x[p * stride + i].</summary>
    /// <remarks>
    /// Interleaving the bytes of rows i and i + 8 into the rows 2 i and 2 i + 1 rotates the bits of each byte's index by one; four times
    /// exchanges the row's bits with the column's.
    /// </remarks>
    public static void Run(byte* x, nint stride, byte* y)
    {
        if (!Sse2.IsSupported && !AdvSimd.Arm64.IsSupported)
        {
            for (int i = 0; i < Side * Side; i++)
            {
                y[i] = x[(i % Side * stride) + (i / Side)];
            }

            return;
        }

        byte* other = stackalloc byte[Side * Side];
        Round(x, stride, y);
        Round(y, Side, other);
        Round(other, Side, y);
        Round(y, Side, other);
        new ReadOnlySpan<byte>(other, Side * Side).CopyTo(new Span<byte>(y, Side * Side));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(byte* x, nint stride, byte* y)
    {
        Pair(x, 8 * stride, y);
        Pair(x + stride, 8 * stride, y + (2 * Side));
        Pair(x + (2 * stride), 8 * stride, y + (4 * Side));
        Pair(x + (3 * stride), 8 * stride, y + (6 * Side));
        Pair(x + (4 * stride), 8 * stride, y + (8 * Side));
        Pair(x + (5 * stride), 8 * stride, y + (10 * Side));
        Pair(x + (6 * stride), 8 * stride, y + (12 * Side));
        Pair(x + (7 * stride), 8 * stride, y + (14 * Side));
    }

    /// <summary>Interleaves the bytes of a row with those of another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pair(byte* x, nint other, byte* y)
    {
        Vector128<byte> first = Vector128.Load(x), second = Vector128.Load(x + other);
        if (Sse2.IsSupported)
        {
            Sse2.UnpackLow(first, second).Store(y);
            Sse2.UnpackHigh(first, second).Store(y + Side);
        }
        else
        {
            AdvSimd.Arm64.ZipLow(first, second).Store(y);
            AdvSimd.Arm64.ZipHigh(first, second).Store(y + Side);
        }
    }
}
