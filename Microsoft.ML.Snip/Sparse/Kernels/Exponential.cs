using System.Runtime.CompilerServices;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>The exponential function, lane by lane, right to about 2e-7 of its value.</summary>
internal static class Exponential<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>Beyond these, results would not be normal floats.</summary>
    private const float Smallest = -87, Largest = 88;

    /// <summary>Added and subtracted again, it leaves the nearest whole number: floats of this size have no binary places.</summary>
    private const float Rounding = 1.5f * (1 << 23);

    /// <summary>ln 2 as a float with few digits, whose products with exponents are exact, and what is missing.</summary>
    private const float Ln2 = 0.693359375f, Ln2Missing = (float)(0.69314718055994530942 - 0.693359375);

    /// <summary>exp(x), for x below -87 exp(-87) and above 88 exp(88); not a number for one that is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of(TVector x) => OfBounded(TSimd.Min(TSimd.Broadcast(Largest), TSimd.Max(TSimd.Broadcast(Smallest), x)));

    /// <summary>exp(x), for x from -87 to 88.</summary>
    /// <remarks>x = n ln 2 + r with |r| at most ln 2 / 2: exp(x) = 2^n exp(r), and exp(r) is its Taylor polynomial of degree 7.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector OfBounded(TVector x)
    {
        TVector rounding = TSimd.Broadcast(Rounding);
        TVector exponent = TSimd.Subtract(TSimd.MultiplyAdd(x, TSimd.Broadcast(1.44269504f), rounding), rounding);
        TVector rest = TSimd.MultiplyAdd(exponent, TSimd.Broadcast(-Ln2Missing), TSimd.MultiplyAdd(exponent, TSimd.Broadcast(-Ln2), x));
        TVector power = TSimd.Broadcast(1f / 5040);
        power = TSimd.MultiplyAdd(power, rest, TSimd.Broadcast(1f / 720));
        power = TSimd.MultiplyAdd(power, rest, TSimd.Broadcast(1f / 120));
        power = TSimd.MultiplyAdd(power, rest, TSimd.Broadcast(1f / 24));
        power = TSimd.MultiplyAdd(power, rest, TSimd.Broadcast(1f / 6));
        power = TSimd.MultiplyAdd(power, rest, TSimd.Broadcast(1f / 2));
        power = TSimd.MultiplyAdd(power, rest, TSimd.Broadcast(1));
        power = TSimd.MultiplyAdd(power, rest, TSimd.Broadcast(1));
        return TSimd.Scale(power, exponent);
    }
}
