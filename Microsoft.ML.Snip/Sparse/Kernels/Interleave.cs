using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>Between pictures one behind the other and pictures side by side: a transposition.</summary>
internal static unsafe class Interleave
{
    /// <summary>Numbers of all pictures that are taken at a time, so that what is read and what is written stays in the first-level cache.</summary>
    private const int ChunkLength = 16;

    /// <summary>y[i * lanes + p] = x[p * stride + i] for i below count and p below pictures; 0 for other lanes.</summary>
    public static void FromPictures(float* x, float* y, int count, int stride, int pictures, int lanes)
    {
        for (int first = 0; first < count; first += ChunkLength)
        {
            Chunk(x + first, y + ((long)first * lanes), Math.Min(ChunkLength, count - first), stride, pictures, lanes);
        }
    }

    /// <summary>y[p * count + i] = x[i * lanes + p] for p below pictures: the same with the roles of pictures and numbers exchanged.</summary>
    public static void ToPictures(float* x, float* y, int count, int pictures, int lanes)
    {
        for (int first = 0; first < pictures; first += ChunkLength)
        {
            Chunk(x + first, y + ((long)first * count), Math.Min(ChunkLength, pictures - first), lanes, count, count);
        }
    }

    /// <summary>The same for some numbers of pictures that lie <paramref name="stride"/> apart.</summary>
    private static void Chunk(float* x, float* y, int count, int stride, int pictures, int lanes)
    {
        int picture = 0;
        if (Avx512F.IsSupported && count % 4 == 0)
        {
            for (; picture <= pictures - 16; picture += 16)
            {
                for (int i = 0; i < count; i += 4)
                {
                    TransposeSixteen(x + ((long)picture * stride) + i, stride, y + ((long)i * lanes) + picture, lanes);
                }
            }
        }

        if (count % 4 == 0 && (Sse.IsSupported || AdvSimd.Arm64.IsSupported))
        {
            for (; picture <= pictures - 4; picture += 4)
            {
                float* source = x + ((long)picture * stride);
                float* target = y + picture;
                for (int i = 0; i < count; i += 4, source += 4, target += 4L * lanes)
                {
                    Transpose(
                        Vector128.Load(source), Vector128.Load(source + stride), Vector128.Load(source + (2L * stride)), Vector128.Load(source + (3L * stride)),
                        target, lanes);
                }
            }
        }

        for (; picture < lanes; picture++)
        {
            float* source = x + ((long)picture * stride);
            for (int i = 0; i < count; i++)
            {
                y[((long)i * lanes) + picture] = picture < pictures ? source[i] : 0;
            }
        }
    }

    /// <summary>Four numbers of sixteen pictures: quarter q of vector j holds those of picture 4 q + j, and every quarter is transposed with its peers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeSixteen(float* x, long stride, float* y, long lanes)
    {
        Vector512<float> a = Quarters(x, stride), b = Quarters(x + stride, stride), c = Quarters(x + (2 * stride), stride), d = Quarters(x + (3 * stride), stride);
        Vector512<double> lowAb = Avx512F.UnpackLow(a, b).AsDouble(), highAb = Avx512F.UnpackHigh(a, b).AsDouble();
        Vector512<double> lowCd = Avx512F.UnpackLow(c, d).AsDouble(), highCd = Avx512F.UnpackHigh(c, d).AsDouble();
        Avx512F.UnpackLow(lowAb, lowCd).AsSingle().Store(y);
        Avx512F.UnpackHigh(lowAb, lowCd).AsSingle().Store(y + lanes);
        Avx512F.UnpackLow(highAb, highCd).AsSingle().Store(y + (2 * lanes));
        Avx512F.UnpackHigh(highAb, highCd).AsSingle().Store(y + (3 * lanes));
    }

    /// <summary>Four numbers each of the pictures 0, 4, 8 and 12 from here.</summary>
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
            Vector128<float> lowAb = Sse.UnpackLow(a, b), highAb = Sse.UnpackHigh(a, b), lowCd = Sse.UnpackLow(c, d), highCd = Sse.UnpackHigh(c, d);
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
