using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>Between images one behind the other and images side by side: a transposition.</summary>
internal static unsafe class Interleave
{
    /// <summary>
    /// Numbers of all images that are taken at a time, so that what is read and what is written stays in the first-level cache.
    /// </summary>
    private const int ChunkLength = 16;

    /// <summary>y[i * lanes + p] = x[p * stride + i] for i below count and p below images; 0 for other lanes.</summary>
    public static void FromImages(float* x, float* y, int count, int stride, int images, int lanes)
    {
        for (int first = 0; first < count; first += ChunkLength)
        {
            Chunk(x + first, y + ((long)first * lanes), Math.Min(ChunkLength, count - first), stride, images, lanes);
        }
    }

    /// <summary>y[p * count + i] = x[i * lanes + p] for p below images: the same with the roles of images and numbers exchanged.</summary>
    public static void ToImages(float* x, float* y, int count, int images, int lanes)
    {
        for (int first = 0; first < images; first += ChunkLength)
        {
            Chunk(x + first, y + ((long)first * count), Math.Min(ChunkLength, images - first), lanes, count, count);
        }
    }

    /// <summary>The same for some numbers of images that lie <paramref name="stride"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Chunk(float* x, float* y, int count, int stride, int images, int lanes)
    {
        int image = 0;
        if (Avx512F.IsSupported && count % 4 == 0)
        {
            for (; image <= images - 16; image += 16)
            {
                int i = 0;
                for (; i <= count - 8; i += 8)
                {
                    TransposeEightOfSixteen(x + ((long)image * stride) + i, stride, y + ((long)i * lanes) + image, lanes);
                }

                for (; i < count; i += 4)
                {
                    TransposeFourOfSixteen(x + ((long)image * stride) + i, stride, y + ((long)i * lanes) + image, lanes);
                }
            }
        }

        if (count % 4 == 0 && (Sse.IsSupported || AdvSimd.Arm64.IsSupported))
        {
            for (; image <= images - 4; image += 4)
            {
                float* source = x + ((long)image * stride);
                float* target = y + image;
                for (int i = 0; i < count; i += 4, source += 4, target += 4L * lanes)
                {
                    Transpose(
                        Vector128.Load(source), Vector128.Load(source + stride), Vector128.Load(source + (2L * stride)),
                        Vector128.Load(source + (3L * stride)), target, lanes);
                }
            }
        }

        for (; image < lanes; image++)
        {
            float* source = x + ((long)image * stride);
            for (int i = 0; i < count; i++)
            {
                y[((long)i * lanes) + image] = image < images ? source[i] : 0;
            }
        }
    }

    /// <summary>
    /// Four numbers of sixteen images: quarter q of vector j holds those of image 4 q + j, and every quarter is transposed with its peers.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeFourOfSixteen(float* x, long stride, float* y, long lanes)
    {
        TransposeQuarters(
            Quarters(x, stride), Quarters(x + stride, stride), Quarters(x + (2 * stride), stride), Quarters(x + (3 * stride), stride),
            out Vector512<float> first, out Vector512<float> second, out Vector512<float> third, out Vector512<float> fourth);
        first.Store(y);
        second.Store(y + lanes);
        third.Store(y + (2 * lanes));
        fourth.Store(y + (3 * lanes));
    }

    /// <summary>
    /// Eight numbers of sixteen images: vector j of the first four holds those of images j and 4 + j, of the second four those of 8 + j and
    /// 12 + j. Every quarter is transposed with its peers, which leaves number i and 4 + i in turns; the last step sorts them.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeEightOfSixteen(float* x, long stride, float* y, long lanes)
    {
        TransposeQuarters(
            Halves(x, stride), Halves(x + stride, stride), Halves(x + (2 * stride), stride), Halves(x + (3 * stride), stride),
            out Vector512<float> a0, out Vector512<float> a1, out Vector512<float> a2, out Vector512<float> a3);
        x += 8 * stride;
        TransposeQuarters(
            Halves(x, stride), Halves(x + stride, stride), Halves(x + (2 * stride), stride), Halves(x + (3 * stride), stride),
            out Vector512<float> b0, out Vector512<float> b1, out Vector512<float> b2, out Vector512<float> b3);
        const byte Even = 0b10_00_10_00, Odd = 0b11_01_11_01;
        Avx512F.Shuffle4x128(a0, b0, Even).Store(y);
        Avx512F.Shuffle4x128(a1, b1, Even).Store(y + lanes);
        Avx512F.Shuffle4x128(a2, b2, Even).Store(y + (2 * lanes));
        Avx512F.Shuffle4x128(a3, b3, Even).Store(y + (3 * lanes));
        Avx512F.Shuffle4x128(a0, b0, Odd).Store(y + (4 * lanes));
        Avx512F.Shuffle4x128(a1, b1, Odd).Store(y + (5 * lanes));
        Avx512F.Shuffle4x128(a2, b2, Odd).Store(y + (6 * lanes));
        Avx512F.Shuffle4x128(a3, b3, Odd).Store(y + (7 * lanes));
    }

    /// <summary>Eight numbers each of the images 0 and 4 from here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Halves(float* x, long stride) =>
        Avx512F.InsertVector256(Vector256.Load(x).ToVector512Unsafe(), Vector256.Load(x + (4 * stride)), 1);

    /// <summary>In every quarter by itself: number i of results 0 to 3 comes from number 0 to 3 of vectors a, b, c and d.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeQuarters(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d,
        out Vector512<float> first, out Vector512<float> second, out Vector512<float> third, out Vector512<float> fourth)
    {
        Vector512<double> lowAb = Avx512F.UnpackLow(a, b).AsDouble(), highAb = Avx512F.UnpackHigh(a, b).AsDouble();
        Vector512<double> lowCd = Avx512F.UnpackLow(c, d).AsDouble(), highCd = Avx512F.UnpackHigh(c, d).AsDouble();
        first = Avx512F.UnpackLow(lowAb, lowCd).AsSingle();
        second = Avx512F.UnpackHigh(lowAb, lowCd).AsSingle();
        third = Avx512F.UnpackLow(highAb, highCd).AsSingle();
        fourth = Avx512F.UnpackHigh(highAb, highCd).AsSingle();
    }

    /// <summary>Four numbers each of the images 0, 4, 8 and 12 from here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Quarters(float* x, long stride)
    {
        Vector512<float> quarters = Vector128.Load(x).ToVector256Unsafe().ToVector512Unsafe();
        quarters = Avx512F.InsertVector128(quarters, Vector128.Load(x + (4 * stride)), 1);
        quarters = Avx512F.InsertVector128(quarters, Vector128.Load(x + (8 * stride)), 2);
        return Avx512F.InsertVector128(quarters, Vector128.Load(x + (12 * stride)), 3);
    }

    /// <summary>Row i of the result holds number i of a, b, c and d.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d, float* y, long stride)
    {
        if (Sse.IsSupported)
        {
            Vector128<float> lowAb = Sse.UnpackLow(a, b), highAb = Sse.UnpackHigh(a, b);
            Vector128<float> lowCd = Sse.UnpackLow(c, d), highCd = Sse.UnpackHigh(c, d);
            Sse.MoveLowToHigh(lowAb, lowCd).Store(y);
            Sse.MoveHighToLow(lowCd, lowAb).Store(y + stride);
            Sse.MoveLowToHigh(highAb, highCd).Store(y + (2 * stride));
            Sse.MoveHighToLow(highCd, highAb).Store(y + (3 * stride));
        }
        else
        {
            Vector128<double> lowAb = AdvSimd.Arm64.ZipLow(a, b).AsDouble(), highAb = AdvSimd.Arm64.ZipHigh(a, b).AsDouble();
            Vector128<double> lowCd = AdvSimd.Arm64.ZipLow(c, d).AsDouble(), highCd = AdvSimd.Arm64.ZipHigh(c, d).AsDouble();
            AdvSimd.Arm64.ZipLow(lowAb, lowCd).AsSingle().Store(y);
            AdvSimd.Arm64.ZipHigh(lowAb, lowCd).AsSingle().Store(y + stride);
            AdvSimd.Arm64.ZipLow(highAb, highCd).AsSingle().Store(y + (2 * stride));
            AdvSimd.Arm64.ZipHigh(highAb, highCd).AsSingle().Store(y + (3 * stride));
        }
    }
}
