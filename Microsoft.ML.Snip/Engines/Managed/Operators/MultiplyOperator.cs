using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators;

/// <summary>
/// A product number by number, or of each channel with one number: y[c, p] = x[c, p] * factor[c, p] or x[c, p] * factor[c].
/// </summary>
/// <param name="isPerChannel">Whether all numbers of a channel have one factor.</param>
/// <param name="channels">Channels of x, or 1 where each number has a factor of its own.</param>
/// <param name="pixels">Numbers of a channel.</param>
/// <param name="input">Where x lies.</param>
/// <param name="factor">Where the factors lie.</param>
/// <param name="output">Where the products go.</param>
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

        // A channel's last vector may reach into the next channel, which comes after it and is then written again.
        for (int channel = 0; channel < channels; channel++, x += pixels * lanes, y += pixels * lanes, factors += lanes)
        {
            if (lanes == 1)
            {
                TVector one = TSimd.Broadcast(*factors);
                for (long pixel = 0; pixel < pixels; pixel += TSimd.Width)
                {
                    TSimd.Store(TSimd.Multiply(TSimd.Load(x + pixel), one), y + pixel);
                }

                continue;
            }

            for (int lane = 0; lane < lanes; lane += TSimd.Width)
            {
                TVector one = TSimd.Load(factors + lane);
                for (long at = lane; at < pixels * lanes; at += lanes)
                {
                    TSimd.Store(TSimd.Multiply(TSimd.Load(x + at), one), y + at);
                }
            }
        }
    }
}
