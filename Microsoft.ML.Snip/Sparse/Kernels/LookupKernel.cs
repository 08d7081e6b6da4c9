using System.Runtime.CompilerServices;
using Microsoft.ML.Snip.Sparse.Layouts;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>
/// For each row r of a <see cref="LookupRows"/>: y[r] = max(floor, bias[r] + sum over its kept weights w at input i of w * x[i]). Lane l of
/// group g is row outputs[g * width + l]; two steps at a time go into sums of their own. Reads up to a vector behind the last input.
/// </summary>
internal static unsafe class LookupKernel<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(LookupRows rows, float* x, float* y, float floor)
    {
        int width = TSimd.Width;
        float* finished = stackalloc float[width];
        int* start = rows.Starts.Pointer;
        byte* lanes = rows.Lanes.Pointer;
        float* weight = rows.Weights.Pointer;
        float* bias = rows.Bias.Pointer;
        int* output = rows.Outputs.Pointer;
        int* lastOutput = output + rows.Outputs.Length;
        TVector floors = TSimd.Broadcast(floor);
        for (int* steps = rows.StepCounts.Pointer; output < lastOutput; steps++, output += width, bias += width)
        {
            TVector even = TSimd.Load(bias), odd = TSimd.Zero;
            int left = *steps;
            for (; left >= 2; left -= 2)
            {
                even = TSimd.MultiplyAdd(TSimd.Lookup(TSimd.Load(x + start[0]), lanes), TSimd.Load(weight), even);
                odd = TSimd.MultiplyAdd(TSimd.Lookup(TSimd.Load(x + start[1]), lanes + width), TSimd.Load(weight + width), odd);
                start += 2;
                lanes += 2 * width;
                weight += 2 * width;
            }

            if (left > 0)
            {
                even = TSimd.MultiplyAdd(TSimd.Lookup(TSimd.Load(x + start[0]), lanes), TSimd.Load(weight), even);
                start++;
                lanes += width;
                weight += width;
            }

            TSimd.Store(TSimd.Max(floors, TSimd.Add(even, odd)), finished);
            int count = (int)Math.Min(width, lastOutput - output);
            for (int lane = 0; lane < count; lane++)
            {
                y[output[lane]] = finished[lane];
            }
        }
    }
}
