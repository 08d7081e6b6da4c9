using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators;

/// <summary>What a pooling makes of the numbers of a window.</summary>
internal interface IPooling
{
    /// <summary>What a window starts with.</summary>
    static abstract float Start { get; }

    /// <summary>Takes in one more number of the window.</summary>
    static abstract TVector Take<TSimd, TVector>(TVector result, TVector value)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;

    /// <summary>What the result is multiplied with at the end.</summary>
    static abstract float Factor(int windowCount);
}

/// <summary>The largest number.</summary>
internal readonly struct MaxPooling : IPooling
{
    public static float Start => float.NegativeInfinity;

    public static TVector Take<TSimd, TVector>(TVector result, TVector value)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.Max(result, value);

    public static float Factor(int windowCount) => 1;
}

/// <summary>The mean.</summary>
internal readonly struct MeanPooling : IPooling
{
    public static float Start => 0;

    public static TVector Take<TSimd, TVector>(TVector result, TVector value)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.Add(result, value);

    public static float Factor(int windowCount) => 1f / windowCount;
}
