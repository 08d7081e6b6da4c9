using System.Runtime.Intrinsics;
using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators;

/// <summary>
/// A pooling: y[c, i, j] = factor * (the maximum or sum of all x[c, i * stride + u - padding, j * stride + v - padding] inside the map),
/// with a ReLU after it if there is one. Lanes are images; for a single image each value is a vector of one lane.
/// </summary>
internal sealed unsafe class PoolOperator<TPooling, TSimd, TVector>(
    TensorShape shape, TensorShape outputShape, int size, int stride, int padding, View input, View output, bool rectify) : Operator
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
        if (lanes == 1 && size == 2 && stride == 2 && padding == 0)
        {
            RunPairs(x, y);
        }
        else if (lanes == 1)
        {
            RunChannel<SimdScalar, float>(x, y, lanes);
        }
        else
        {
            RunChannel<TSimd, TVector>(x, y, lanes);
        }
    }

    /// <summary>Windows of 2 x 2 on a single image, four results at a time: first combines two rows, then neighbouring columns.</summary>
    private void RunPairs(float* x, float* y)
    {
        float floor = rectify ? 0 : float.NegativeInfinity, factor = TPooling.Factor(4);
        for (int row = 0; row < outputShape.Height; row++, x += 2L * shape.Width, y += outputShape.Width)
        {
            float* below = x + shape.Width;
            int column = 0;
            for (; column <= outputShape.Width - 4; column += 4)
            {
                Vector128<float> first = TPooling.Take<Simd128, Vector128<float>>(
                    Vector128.Load(x + (2 * column)), Vector128.Load(below + (2 * column)));
                Vector128<float> second = TPooling.Take<Simd128, Vector128<float>>(
                    Vector128.Load(x + (2 * column) + 4), Vector128.Load(below + (2 * column) + 4));
                (Vector128<float> even, Vector128<float> odd) = Neighbours.Split(first, second);
                Vector128<float> result = TPooling.Take<Simd128, Vector128<float>>(even, odd) * factor;
                Vector128.MaxNative(Vector128.Create(floor), result).Store(y + column);
            }

            for (; column < outputShape.Width; column++)
            {
                float* window = x + (2 * column), windowBelow = below + (2 * column);
                float result = TPooling.Take<SimdScalar, float>(
                    TPooling.Take<SimdScalar, float>(window[0], windowBelow[0]),
                    TPooling.Take<SimdScalar, float>(window[1], windowBelow[1])) * factor;
                y[column] = MathF.Max(floor, result);
            }
        }
    }

    private void RunChannel<TLanes, TLanesVector>(float* x, float* y, int lanes)
        where TLanes : struct, ISimd<TLanesVector>
        where TLanesVector : struct
    {
        TLanesVector floor = TLanes.Broadcast(rectify ? 0 : float.NegativeInfinity);
        TLanesVector factor = TLanes.Broadcast(TPooling.Factor(size * size));
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
