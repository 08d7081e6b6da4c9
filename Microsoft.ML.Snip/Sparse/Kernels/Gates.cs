using System.Runtime.CompilerServices;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>
/// What sigmoids and hyperbolic tangents are made of, lane by lane: sigmoid(x) = 1 / (1 + e) with e = exp(-x), and tanh(x) = (1 - e) / (1 +
/// e) with e = exp(-2 x). A cell puts the fractions of its gates over one denominator, as divisions cost the most.
/// </summary>
internal static class Gates<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>Where a sigmoid is 1 or 0 to within 1e-12, and a product of three of e still far from overflow.</summary>
    private const float Saturated = 28;

    /// <summary>exp(-x); x below -28 counts as -28, and x above 28 as 28.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ExpOfNegative(TVector x) => Exponential<TSimd, TVector>.OfBounded(
        TSimd.Min(TSimd.Broadcast(Saturated), TSimd.Max(TSimd.Broadcast(-Saturated), TSimd.Subtract(TSimd.Zero, x))));

    /// <summary>1 + e.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector OnePlus(TVector e) => TSimd.Add(TSimd.Broadcast(1), e);

    /// <summary>1 - e.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector OneMinus(TVector e) => TSimd.Subtract(TSimd.Broadcast(1), e);
}
