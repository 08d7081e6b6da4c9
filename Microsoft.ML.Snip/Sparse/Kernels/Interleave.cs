using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>Between pictures one behind the other and pictures side by side: a transposition.</summary>
internal static unsafe class Interleave
{
    /// <summary>y[i * lanes + p] = x[p * count + i] for p below pictures; 0 for other lanes.</summary>
    public static void FromPictures(float* x, float* y, int count, int pictures, int lanes)
    {
        int picture = 0;
        for (; picture <= pictures - 4; picture += 4)
        {
            Four(x + ((long)picture * count), y + picture, count, lanes);
        }

        for (; picture < lanes; picture++)
        {
            float* target = y + picture;
            if (picture < pictures)
            {
                float* source = x + ((long)picture * count);
                for (int i = 0; i < count; i++, target += lanes)
                {
                    *target = source[i];
                }
            }
            else
            {
                for (int i = 0; i < count; i++, target += lanes)
                {
                    *target = 0;
                }
            }
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

    /// <summary>Four pictures, four numbers of each at a time.</summary>
    private static void Four(float* x, float* y, int count, int lanes)
    {
        int i = 0;
        if (Sse.IsSupported || AdvSimd.Arm64.IsSupported)
        {
            for (; i <= count - 4; i += 4, y += 4L * lanes)
            {
                Transpose(
                    Vector128.Load(x + i), Vector128.Load(x + count + i), Vector128.Load(x + (2L * count) + i), Vector128.Load(x + (3L * count) + i), y, lanes);
            }
        }

        for (; i < count; i++, y += lanes)
        {
            y[0] = x[i];
            y[1] = x[count + i];
            y[2] = x[(2L * count) + i];
            y[3] = x[(3L * count) + i];
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
