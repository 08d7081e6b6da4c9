using System.Runtime.CompilerServices;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>x * (1 + erf(x / sqrt 2)) / 2.</summary>
/// <remarks>
/// (1 + erf(x / sqrt 2)) / 2 is 1 - erfc(z) / 2 where x is positive, and erfc(z) / 2 elsewhere, with z = |x| / sqrt 2: so x times it is
/// max(x, 0) - |x| erfc(z) / 2.
/// </remarks>
internal readonly struct GELUFunction : IDifferentiable
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x, TVector slope)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector magnitude = TSimd.Max(x, TSimd.Subtract(TSimd.Zero, x));
        TVector complement = Complement<TSimd, TVector>(magnitude, out _);
        return TSimd.MultiplyAdd(TSimd.Multiply(magnitude, TSimd.Broadcast(-0.5f)), complement, TSimd.Max(x, TSimd.Zero));
    }

    /// <remarks>With F the normal distribution and f its density, f(x) = exp(-x^2 / 2) / sqrt(2 pi): F(x) + x f(x).</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Derive<TSimd, TVector>(TVector x, TVector gradient, TVector slope)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector half = TSimd.Multiply(
            TSimd.Broadcast(0.5f), Complement<TSimd, TVector>(TSimd.Max(x, TSimd.Subtract(TSimd.Zero, x)), out TVector exponential));
        TVector distribution = TSimd.Add(
            half, TSimd.WherePositive(x, TSimd.Subtract(TSimd.Broadcast(1), TSimd.Add(half, half))));
        TVector density = TSimd.Multiply(exponential, TSimd.Broadcast(0.39894228f));
        return TSimd.Multiply(gradient, TSimd.MultiplyAdd(x, density, distribution));
    }

    /// <summary>erfc(z), right to 1.5e-7, with z = magnitude / sqrt 2; and exp(-z^2).</summary>
    /// <remarks>
    /// With t = 1 / (1 + 0.3275911 z), the polynomial p(t) of Abramowitz and Stegun, 7.1.26, gives erfc(z) = p(t) exp(-z^2).
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Complement<TSimd, TVector>(TVector magnitude, out TVector exponential)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector z = TSimd.Multiply(magnitude, TSimd.Broadcast(0.70710678f));
        TVector t = TSimd.Divide(TSimd.Broadcast(1), TSimd.MultiplyAdd(z, TSimd.Broadcast(0.3275911f), TSimd.Broadcast(1)));
        TVector p = TSimd.Broadcast(1.061405429f);
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(-1.453152027f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(1.421413741f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(-0.284496736f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(0.254829592f));
        exponential = Exponential<TSimd, TVector>.Of(TSimd.Subtract(TSimd.Zero, TSimd.Multiply(z, z)));
        return TSimd.Multiply(TSimd.Multiply(p, t), exponential);
    }
}
