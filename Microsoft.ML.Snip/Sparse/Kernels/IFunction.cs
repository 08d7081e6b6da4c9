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

/// <summary>A function with a derivative, lane by lane.</summary>
internal interface IDifferentiable : IFunction
{
    /// <summary>The gradient of x: f'(x) * g.</summary>
    /// <param name="x">Any numbers.</param>
    /// <param name="gradient">The gradient g of f(x).</param>
    /// <param name="slope">A setting of the function.</param>
    static abstract TVector Derive<TSimd, TVector>(TVector x, TVector gradient, TVector slope)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;
}

/// <summary>max(x, 0) + slope * min(x, 0).</summary>
internal readonly struct LeakyReLUFunction : IDifferentiable
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x, TVector slope)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.MultiplyAdd(slope, TSimd.Min(x, TSimd.Zero), TSimd.Max(x, TSimd.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Derive<TSimd, TVector>(TVector x, TVector gradient, TVector slope)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector passed = TSimd.WherePositive(x, gradient);
        return TSimd.MultiplyAdd(slope, TSimd.Subtract(gradient, passed), passed);
    }
}

/// <summary>min(max(x, 0), 6).</summary>
internal readonly struct ReLU6Function : IDifferentiable
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x, TVector slope)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.Min(TSimd.Max(x, TSimd.Zero), TSimd.Broadcast(6));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Derive<TSimd, TVector>(TVector x, TVector gradient, TVector slope)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        return TSimd.WherePositive(x, TSimd.WherePositive(TSimd.Subtract(TSimd.Broadcast(6), x), gradient));
    }
}

/// <summary>x / (1 + exp(-x)).</summary>
internal readonly struct SiLUFunction : IDifferentiable
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x, TVector slope)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        TSimd.Divide(x, TSimd.Add(TSimd.Broadcast(1), Exponential<TSimd, TVector>.Of(TSimd.Subtract(TSimd.Zero, x))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Derive<TSimd, TVector>(TVector x, TVector gradient, TVector slope)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        // With s = sigmoid(x): s (1 + x (1 - s)).
        TVector s = SigmoidFunction.Of<TSimd, TVector>(x, slope);
        TVector inner = TSimd.MultiplyAdd(x, TSimd.Subtract(TSimd.Broadcast(1), s), TSimd.Broadcast(1));
        return TSimd.Multiply(gradient, TSimd.Multiply(s, inner));
    }
}

/// <summary>x * min(max(x + 3, 0), 6) / 6.</summary>
internal readonly struct HardswishFunction : IDifferentiable
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x, TVector slope)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector gate = ReLU6Function.Of<TSimd, TVector>(TSimd.Add(x, TSimd.Broadcast(3)), slope);
        return TSimd.Multiply(TSimd.Multiply(x, gate), TSimd.Broadcast(1f / 6));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Derive<TSimd, TVector>(TVector x, TVector gradient, TVector slope)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        // x / 3 + 1 / 2 between -3 and 3, 0 below and 1 above.
        TVector derivative = TSimd.MultiplyAdd(x, TSimd.Broadcast(1f / 3), TSimd.Broadcast(0.5f));
        TVector result = TSimd.WherePositive(TSimd.Add(x, TSimd.Broadcast(3)), TSimd.Multiply(gradient, derivative));
        return TSimd.Add(result, TSimd.WherePositive(TSimd.Subtract(x, TSimd.Broadcast(3)), TSimd.Subtract(gradient, result)));
    }
}

/// <summary>1 / (1 + exp(-x)).</summary>
internal readonly struct SigmoidFunction : IDifferentiable
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x, TVector slope)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.Divide(TSimd.Broadcast(1), Gates<TSimd, TVector>.OnePlus(Gates<TSimd, TVector>.ExpOfNegative(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Derive<TSimd, TVector>(TVector x, TVector gradient, TVector slope)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector y = Of<TSimd, TVector>(x, slope);
        return TSimd.Multiply(gradient, TSimd.Multiply(y, TSimd.Subtract(TSimd.Broadcast(1), y)));
    }
}

/// <summary>(1 - e) / (1 + e) with e = exp(-2 x).</summary>
internal readonly struct TanhFunction : IDifferentiable
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x, TVector slope)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector e = Gates<TSimd, TVector>.ExpOfNegative(TSimd.Add(x, x));
        return TSimd.Divide(Gates<TSimd, TVector>.OneMinus(e), Gates<TSimd, TVector>.OnePlus(e));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Derive<TSimd, TVector>(TVector x, TVector gradient, TVector slope)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector y = Of<TSimd, TVector>(x, slope);
        return TSimd.Multiply(gradient, TSimd.Subtract(TSimd.Broadcast(1), TSimd.Multiply(y, y)));
    }
}
