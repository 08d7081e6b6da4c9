using System.Runtime.CompilerServices;
using Microsoft.ML.Snip.Sparse.Layouts;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>
/// For each row r of a <see cref="SellCSigma"/>: y[r] = max(floor, bias[r] + sum over its kept weights w at input i of w * x[i]). Lane l of
/// group g is row outputs[g * width + l]; two steps at a time go into sums of their own.
/// </summary>
internal static unsafe class SellCSigmaKernel<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(SellCSigma rows, float* x, float* y, float floor)
    {
        int width = TSimd.Width;
        float* finished = stackalloc float[width];
        float* weight = rows.Weights.Pointer;
        ushort* input = rows.Inputs.Pointer;
        float* bias = rows.Bias.Pointer;
        int* output = rows.Outputs.Pointer;
        int* lastOutput = output + rows.Outputs.Length;
        TVector floors = TSimd.Broadcast(floor);
        TVector even = TSimd.Load(bias), odd = TSimd.Zero;
        SellSlice* lastSlice = rows.Slices.Pointer + rows.Slices.Length;
        for (SellSlice* slice = rows.Slices.Pointer; slice < lastSlice; slice++)
        {
            float* source = x + slice->Base;
            int step = slice->StepCount;
            for (; step >= 2; step -= 2)
            {
                even = TSimd.MultiplyAdd(TSimd.Load(weight), TSimd.Gather(source, input), even);
                odd = TSimd.MultiplyAdd(TSimd.Load(weight + width), TSimd.Gather(source, input + width), odd);
                weight += 2 * width;
                input += 2 * width;
            }

            if (step > 0)
            {
                even = TSimd.MultiplyAdd(TSimd.Load(weight), TSimd.Gather(source, input), even);
                weight += width;
                input += width;
            }

            if (slice->EndsGroup != 0)
            {
                TSimd.Store(TSimd.Max(floors, TSimd.Add(even, odd)), finished);
                int count = (int)Math.Min(width, lastOutput - output);
                for (int lane = 0; lane < count; lane++)
                {
                    y[output[lane]] = finished[lane];
                }

                output += width;
                bias += width;
                even = output < lastOutput ? TSimd.Load(bias) : TSimd.Zero;
                odd = TSimd.Zero;
            }
        }
    }
}
