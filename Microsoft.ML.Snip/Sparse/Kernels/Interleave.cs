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

    /// <summary>y[i * lanes + p] = x[p * count + i] for p below pictures; 0 for other lanes.</summary>
    public static void FromPictures(float* x, float* y, int count, int pictures, int lanes)
    {
        for (int first = 0; first < count; first += ChunkLength)
        {
            Chunk(x + first, y + ((long)first * lanes), Math.Min(ChunkLength, count - first), count, pictures, lanes);
        }
    }

    /// <summary>y[p * count + i] = x[i * lanes + p] for p below pictures.</summary>
    public static void ToPictures(float* x, float* y, int count, int pictures, int lanes)
    {
        for (int picture = 0; picture < pictures; picture++)
        {
            for (int i = 0; i < count; i++)
            {
                *y++ = x[((long)i * lanes) + picture];
            }
        }
    }

    /// <summary>The same for some numbers of pictures that lie <paramref name="stride"/> apart.</summary>
    private static void Chunk(float* x, float* y, int count, int stride, int pictures, int lanes)
    {
        int picture = 0;
        if (count == ChunkLength && (Sse.IsSupported || AdvSimd.Arm64.IsSupported))
        {
            for (; picture <= pictures - 4; picture += 4)
            {
                float* source = x + ((long)picture * stride);
                float* target = y + picture;
                for (int i = 0; i < ChunkLength; i += 4, source += 4, target += 4L * lanes)
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

    /// <summary>Row i of the result holds number i of a, b, c and d.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d, float* y, long stride)
    {
        Vector128<float> lowAb, highAb, lowCd, highCd;
        if (Sse.IsSupported)
        {
            (lowAb, highAb, lowCd, highCd) = (Sse.UnpackLow(a, b), Sse.UnpackHigh(a, b), Sse.UnpackLow(c, d), Sse.UnpackHigh(c, d));
        }
        else
        {
            (lowAb, highAb) = (AdvSimd.Arm64.ZipLow(a, b), AdvSimd.Arm64.ZipHigh(a, b));
            (lowCd, highCd) = (AdvSimd.Arm64.ZipLow(c, d), AdvSimd.Arm64.ZipHigh(c, d));
        }

        Vector128.Create(lowAb.GetLower(), lowCd.GetLower()).Store(y);
        Vector128.Create(lowAb.GetUpper(), lowCd.GetUpper()).Store(y + stride);
        Vector128.Create(highAb.GetLower(), highCd.GetLower()).Store(y + (2 * stride));
        Vector128.Create(highAb.GetUpper(), highCd.GetUpper()).Store(y + (3 * stride));
    }
}
