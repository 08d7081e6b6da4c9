using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators;

/// <summary>How a pooling combines the values of a window.</summary>
internal interface IPooling
{
    /// <summary>The initial result of a window.</summary>
    static abstract float Start { get; }

    /// <summary>Combines the result with one more value of the window.</summary>
    static abstract TVector Take<TSimd, TVector>(TVector result, TVector value)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;

    /// <summary>The factor of the final result.</summary>
    static abstract float Factor(int windowCount);
}

/// <summary>The maximum of the values.</summary>
internal readonly struct MaxPooling : IPooling
{
    public static float Start => float.NegativeInfinity;

    public static TVector Take<TSimd, TVector>(TVector result, TVector value)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.Max(result, value);

    public static float Factor(int windowCount) => 1;
}

/// <summary>The mean of the values.</summary>
internal readonly struct MeanPooling : IPooling
{
    public static float Start => 0;

    public static TVector Take<TSimd, TVector>(TVector result, TVector value)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.Add(result, value);

    public static float Factor(int windowCount) => 1f / windowCount;
}
