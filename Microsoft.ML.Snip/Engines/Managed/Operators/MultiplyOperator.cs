using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators;

/// <summary>
/// An element-wise product, or a product of each channel with one factor: y[c, p] = x[c, p] * factor[c, p] or x[c, p] * factor[c].
/// </summary>
/// <param name="isPerChannel">Whether all values of a channel have the same factor.</param>
/// <param name="channels">The number of channels of x, or 1 if each value has its own factor.</param>
/// <param name="pixels">The number of values in a channel.</param>
/// <param name="input">The input x.</param>
/// <param name="factor">The factors.</param>
/// <param name="output">The products.</param>
internal sealed unsafe class MultiplyOperator<TSimd, TVector>(
    bool isPerChannel, int channels, long pixels, View input, View factor, View output) : Operator
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override double Cycles => channels * pixels * 1.5;

    public override void Run(float* activations, int lanes, float* scratch, int part)
    {
        float* x = input.In(activations, lanes);
        float* factors = factor.In(activations, lanes);
        float* y = output.In(activations, lanes);
        if (!isPerChannel)
        {
            for (long i = 0; i < pixels * lanes; i += TSimd.Width)
            {
                TSimd.Store(TSimd.Multiply(TSimd.Load(x + i), TSimd.Load(factors + i)), y + i);
            }

            return;
        }

        // A channel's last vector may overlap the next channel, which is written afterwards.
        for (int channel = 0; channel < channels; channel++, x += pixels * lanes, y += pixels * lanes, factors += lanes)
        {
            if (lanes == 1)
            {
                TVector scale = TSimd.Broadcast(*factors);
                for (long pixel = 0; pixel < pixels; pixel += TSimd.Width)
                {
                    TSimd.Store(TSimd.Multiply(TSimd.Load(x + pixel), scale), y + pixel);
                }

                continue;
            }

            for (int lane = 0; lane < lanes; lane += TSimd.Width)
            {
                TVector scale = TSimd.Load(factors + lane);
                for (long at = lane; at < pixels * lanes; at += lanes)
                {
                    TSimd.Store(TSimd.Multiply(TSimd.Load(x + at), scale), y + at);
                }
            }
        }
    }
}
