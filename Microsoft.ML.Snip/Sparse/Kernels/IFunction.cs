using System.Runtime.CompilerServices;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>A function of one number, lane by lane.</summary>
internal interface IFunction
{
    /// <param name="x">Any numbers.</param>
    /// <param name="slope">A setting of the function.</param>
    static abstract TVector Of<TSimd, TVector>(TVector x, TVector slope)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;
}

/// <summary>max(x, 0) + slope * min(x, 0).</summary>
internal readonly struct LeakyReLUFunction : IFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x, TVector slope)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.MultiplyAdd(slope, TSimd.Min(x, TSimd.Zero), TSimd.Max(x, TSimd.Zero));
}

/// <summary>min(max(x, 0), 6).</summary>
internal readonly struct ReLU6Function : IFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x, TVector slope)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.Min(TSimd.Max(x, TSimd.Zero), TSimd.Broadcast(6));
}

/// <summary>x / (1 + exp(-x)).</summary>
internal readonly struct SiLUFunction : IFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x, TVector slope)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        TSimd.Divide(x, TSimd.Add(TSimd.Broadcast(1), Exponential<TSimd, TVector>.Of(TSimd.Subtract(TSimd.Zero, x))));
}

/// <summary>x * min(max(x + 3, 0), 6) / 6.</summary>
internal readonly struct HardswishFunction : IFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x, TVector slope)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector gate = ReLU6Function.Of<TSimd, TVector>(TSimd.Add(x, TSimd.Broadcast(3)), slope);
        return TSimd.Multiply(TSimd.Multiply(x, gate), TSimd.Broadcast(1f / 6));
    }
}

/// <summary>1 / (1 + exp(-x)).</summary>
internal readonly struct SigmoidFunction : IFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x, TVector slope)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.Divide(TSimd.Broadcast(1), Gates<TSimd, TVector>.OnePlus(Gates<TSimd, TVector>.ExpOfNegative(x)));
}

/// <summary>(1 - e) / (1 + e) with e = exp(-2 x).</summary>
internal readonly struct TanhFunction : IFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x, TVector slope)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector e = Gates<TSimd, TVector>.ExpOfNegative(TSimd.Add(x, x));
        return TSimd.Divide(Gates<TSimd, TVector>.OneMinus(e), Gates<TSimd, TVector>.OnePlus(e));
    }
}

/// <summary>x * (1 + erf(x / sqrt 2)) / 2.</summary>
internal readonly struct GELUFunction : IFunction
{
    /// <remarks>
    /// With z = |x| / sqrt 2 and t = 1 / (1 + 0.3275911 z), the polynomial p(t) of Abramowitz and Stegun, 7.1.26, gives erfc(z) = p(t)
    /// exp(-z^2), right to 1.5e-7. (1 + erf(x / sqrt 2)) / 2 is 1 - erfc(z) / 2 where x is positive, and erfc(z) / 2 elsewhere: so x times
    /// it is max(x, 0) - |x| erfc(z) / 2.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x, TVector slope)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector magnitude = TSimd.Max(x, TSimd.Subtract(TSimd.Zero, x));
        TVector z = TSimd.Multiply(magnitude, TSimd.Broadcast(0.70710678f));
        TVector t = TSimd.Divide(TSimd.Broadcast(1), TSimd.MultiplyAdd(z, TSimd.Broadcast(0.3275911f), TSimd.Broadcast(1)));
        TVector p = TSimd.Broadcast(1.061405429f);
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(-1.453152027f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(1.421413741f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(-0.284496736f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(0.254829592f));
        TVector complement = TSimd.Multiply(
            TSimd.Multiply(p, t), Exponential<TSimd, TVector>.Of(TSimd.Subtract(TSimd.Zero, TSimd.Multiply(z, z))));
        return TSimd.MultiplyAdd(TSimd.Multiply(magnitude, TSimd.Broadcast(-0.5f)), complement, TSimd.Max(x, TSimd.Zero));
    }
}
