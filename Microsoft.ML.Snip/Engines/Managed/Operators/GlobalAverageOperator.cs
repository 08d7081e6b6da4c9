using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators;

/// <summary>The mean of each channel: y[c] = sum over the pixels p of x[c, p] / pixels.</summary>
internal sealed unsafe class GlobalAverageOperator<TSimd, TVector>(int channels, int pixels, View input, View output) : Operator
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override double Cycles => channels * (pixels + 8.0);

    public override void Run(float* activations, int lanes, float* scratch, int part)
    {
        float* x = input.In(activations, lanes);
        float* y = output.In(activations, lanes);
        for (int channel = 0; channel < channels; channel++, x += (long)pixels * lanes, y += lanes)
        {
            if (lanes == 1)
            {
                *y = SumOfPixels(x) / pixels;
                continue;
            }

            TVector factor = TSimd.Broadcast(1f / pixels);
            for (int lane = 0; lane < lanes; lane += TSimd.Width)
            {
                TVector sum = TSimd.Zero;
                for (int pixel = 0; pixel < pixels; pixel++)
                {
                    sum = TSimd.Add(sum, TSimd.Load(x + ((long)pixel * lanes) + lane));
                }

                TSimd.Store(TSimd.Multiply(sum, factor), y + lane);
            }
        }
    }

    private float SumOfPixels(float* x)
    {
        int pixel = 0;
        TVector sums = TSimd.Zero;
        for (; pixel <= pixels - TSimd.Width; pixel += TSimd.Width)
        {
            sums = TSimd.Add(sums, TSimd.Load(x + pixel));
        }

        float sum = TSimd.Sum(sums);
        for (; pixel < pixels; pixel++)
        {
            sum += x[pixel];
        }

        return sum;
    }
}
