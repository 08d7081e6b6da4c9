using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Sparse.Planning;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Sparse.Steps;

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

/// <summary>
/// A pooling: y[c, i, j] = factor * (all x[c, i * stride + u - padding, j * stride + v - padding] that lie inside the map, taken together), with the
/// rectifier behind it. Lanes are pictures; for a single picture each number is a vector of one lane.
/// </summary>
internal sealed unsafe class PoolStep<TPooling, TSimd, TVector>(
    TensorShape shape, TensorShape outputShape, int size, int stride, int padding, View input, View output, bool rectify) : Step
    where TPooling : struct, IPooling
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override int PartCount => shape.Channels;

    public override double Cycles => outputShape.Count * ((size * size) + 4.0);

    public override void Run(float* activations, int lanes, float* scratch, int part)
    {
        float* x = input.In(activations, lanes) + ((long)part * shape.Height * shape.Width * lanes);
        float* y = output.In(activations, lanes) + ((long)part * outputShape.Height * outputShape.Width * lanes);
        if (lanes == 1)
        {
            RunChannel<SimdScalar, float>(x, y, lanes);
        }
        else
        {
            RunChannel<TSimd, TVector>(x, y, lanes);
        }
    }

    private void RunChannel<TLanes, TLanesVector>(float* x, float* y, int lanes)
        where TLanes : struct, ISimd<TLanesVector>
        where TLanesVector : struct
    {
        TLanesVector floor = TLanes.Broadcast(rectify ? 0 : float.NegativeInfinity), factor = TLanes.Broadcast(TPooling.Factor(size * size));
        for (int row = 0; row < outputShape.Height; row++)
        {
            int top = Math.Max(0, (row * stride) - padding), bottom = Math.Min(shape.Height, (row * stride) - padding + size);
            for (int column = 0; column < outputShape.Width; column++)
            {
                int left = Math.Max(0, (column * stride) - padding), right = Math.Min(shape.Width, (column * stride) - padding + size);
                for (int lane = 0; lane < lanes; lane += TLanes.Width, y += TLanes.Width)
                {
                    TLanesVector result = TLanes.Broadcast(TPooling.Start);
                    for (int v = top; v < bottom; v++)
                    {
                        float* source = x + ((((long)v * shape.Width) + left) * lanes) + lane;
                        for (int u = left; u < right; u++, source += lanes)
                        {
                            result = TPooling.Take<TLanes, TLanesVector>(result, TLanes.Load(source));
                        }
                    }

                    TLanes.Store(TLanes.Max(floor, TLanes.Multiply(result, factor)), y);
                }
            }
        }
    }
}
