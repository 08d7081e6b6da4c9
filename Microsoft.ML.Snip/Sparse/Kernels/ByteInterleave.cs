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

        Vector128<byte> a0 = Vector128.Load(x), a1 = Vector128.Load(x + stride);
        Vector128<byte> a2 = Vector128.Load(x + (2 * stride)), a3 = Vector128.Load(x + (3 * stride));
        Vector128<byte> a4 = Vector128.Load(x + (4 * stride)), a5 = Vector128.Load(x + (5 * stride));
        Vector128<byte> a6 = Vector128.Load(x + (6 * stride)), a7 = Vector128.Load(x + (7 * stride));
        Vector128<byte> a8 = Vector128.Load(x + (8 * stride)), a9 = Vector128.Load(x + (9 * stride));
        Vector128<byte> a10 = Vector128.Load(x + (10 * stride)), a11 = Vector128.Load(x + (11 * stride));
        Vector128<byte> a12 = Vector128.Load(x + (12 * stride)), a13 = Vector128.Load(x + (13 * stride));
        Vector128<byte> a14 = Vector128.Load(x + (14 * stride)), a15 = Vector128.Load(x + (15 * stride));
        Vector128<byte> b0 = Low(a0, a8), b1 = High(a0, a8);
        Vector128<byte> b2 = Low(a1, a9), b3 = High(a1, a9);
        Vector128<byte> b4 = Low(a2, a10), b5 = High(a2, a10);
        Vector128<byte> b6 = Low(a3, a11), b7 = High(a3, a11);
        Vector128<byte> b8 = Low(a4, a12), b9 = High(a4, a12);
        Vector128<byte> b10 = Low(a5, a13), b11 = High(a5, a13);
        Vector128<byte> b12 = Low(a6, a14), b13 = High(a6, a14);
        Vector128<byte> b14 = Low(a7, a15), b15 = High(a7, a15);
        Vector128<byte> c0 = Low(b0, b8), c1 = High(b0, b8);
        Vector128<byte> c2 = Low(b1, b9), c3 = High(b1, b9);
        Vector128<byte> c4 = Low(b2, b10), c5 = High(b2, b10);
        Vector128<byte> c6 = Low(b3, b11), c7 = High(b3, b11);
        Vector128<byte> c8 = Low(b4, b12), c9 = High(b4, b12);
        Vector128<byte> c10 = Low(b5, b13), c11 = High(b5, b13);
        Vector128<byte> c12 = Low(b6, b14), c13 = High(b6, b14);
        Vector128<byte> c14 = Low(b7, b15), c15 = High(b7, b15);
        Vector128<byte> d0 = Low(c0, c8), d1 = High(c0, c8);
        Vector128<byte> d2 = Low(c1, c9), d3 = High(c1, c9);
        Vector128<byte> d4 = Low(c2, c10), d5 = High(c2, c10);
        Vector128<byte> d6 = Low(c3, c11), d7 = High(c3, c11);
        Vector128<byte> d8 = Low(c4, c12), d9 = High(c4, c12);
        Vector128<byte> d10 = Low(c5, c13), d11 = High(c5, c13);
        Vector128<byte> d12 = Low(c6, c14), d13 = High(c6, c14);
        Vector128<byte> d14 = Low(c7, c15), d15 = High(c7, c15);
        Vector128<byte> e0 = Low(d0, d8), e1 = High(d0, d8);
        Vector128<byte> e2 = Low(d1, d9), e3 = High(d1, d9);
        Vector128<byte> e4 = Low(d2, d10), e5 = High(d2, d10);
        Vector128<byte> e6 = Low(d3, d11), e7 = High(d3, d11);
        Vector128<byte> e8 = Low(d4, d12), e9 = High(d4, d12);
        Vector128<byte> e10 = Low(d5, d13), e11 = High(d5, d13);
        Vector128<byte> e12 = Low(d6, d14), e13 = High(d6, d14);
        Vector128<byte> e14 = Low(d7, d15), e15 = High(d7, d15);
        e0.Store(y);
        e1.Store(y + Side);
        e2.Store(y + (2 * Side));
        e3.Store(y + (3 * Side));
        e4.Store(y + (4 * Side));
        e5.Store(y + (5 * Side));
        e6.Store(y + (6 * Side));
        e7.Store(y + (7 * Side));
        e8.Store(y + (8 * Side));
        e9.Store(y + (9 * Side));
        e10.Store(y + (10 * Side));
        e11.Store(y + (11 * Side));
        e12.Store(y + (12 * Side));
        e13.Store(y + (13 * Side));
        e14.Store(y + (14 * Side));
        e15.Store(y + (15 * Side));
    }

    /// <summary>The bytes of the first halves of two rows in turns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Low(Vector128<byte> first, Vector128<byte> second) =>
        Sse2.IsSupported ? Sse2.UnpackLow(first, second) : AdvSimd.Arm64.ZipLow(first, second);

    /// <summary>The bytes of the second halves of two rows in turns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> High(Vector128<byte> first, Vector128<byte> second) =>
        Sse2.IsSupported ? Sse2.UnpackHigh(first, second) : AdvSimd.Arm64.ZipHigh(first, second);
}
