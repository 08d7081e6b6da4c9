using System.Runtime.CompilerServices;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>Sigmoid and hyperbolic tangent, lane by lane, right to about 1e-7 of their range for any number.</summary>
internal static class Activation<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>1 / (1 + exp(-x)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sigmoid(TVector x)
    {
        TVector one = TSimd.Broadcast(1);
        return TSimd.Divide(one, TSimd.Add(one, TSimd.Exp(TSimd.Subtract(TSimd.Zero, x))));
    }

    /// <summary>1 - 2 / (1 + exp(2 x)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Tanh(TVector x)
    {
        TVector one = TSimd.Broadcast(1);
        return TSimd.Subtract(one, TSimd.Divide(TSimd.Broadcast(2), TSimd.Add(one, TSimd.Exp(TSimd.Add(x, x)))));
    }
}
