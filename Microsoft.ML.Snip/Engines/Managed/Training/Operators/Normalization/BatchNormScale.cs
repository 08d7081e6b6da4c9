using Microsoft.ML.Snip.Engines.Managed.Training.Plans;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators.Normalization;

/// <summary>
/// The second half of a batch norm, with the ReLU behind it if there is one. Forward, when the statistics of the batch are known: y =
/// max(floor, scale * (x - mean) + shift). Backward, before the blocks wait for each other: sets the gradients of y to 0 where a ReLU gave
/// 0, and adds up what the gradients of gamma, beta and x need.
/// </summary>
/// <param name="input">The inputs, which the first half reads too.</param>
/// <param name="output">The outputs.</param>
/// <param name="state">What both halves share.</param>
/// <param name="pixels">The number of values of a channel.</param>
/// <param name="rectify">Whether a ReLU follows.</param>
internal sealed unsafe class BatchNormScale<TSimd, TVector>(Source input, Target output, BatchNormState state, int pixels, bool rectify)
    : TrainingOperator(output)
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override void Prepare(bool learns)
    {
        if (!learns)
        {
            state.UseRunning();
        }
    }

    public override void Forward(in TrainingBlock block)
    {
        float* x = input.ValuesIn(block), y = Output.ValuesIn(block);
        TVector floor = TSimd.Broadcast(rectify ? 0 : float.NegativeInfinity);
        long length = (long)pixels * block.Lanes;
        for (int channel = 0; channel < state.Channels; channel++, x += length, y += length)
        {
            TVector mean = TSimd.Broadcast(state.Mean[channel]), scale = TSimd.Broadcast(state.Scale[channel]);
            TVector shift = TSimd.Broadcast(state.Shift[channel]);
            for (long i = 0; i < length; i += TSimd.Width)
            {
                TVector distance = TSimd.Subtract(TSimd.Load(x + i), mean);
                TSimd.Store(TSimd.Max(floor, TSimd.MultiplyAdd(scale, distance, shift)), y + i);
            }
        }
    }

    /// <remarks>Whether the ReLU gave 0 is computed again from x, as forward: that is cheaper than to read y too.</remarks>
    public override void Backward(in TrainingBlock block)
    {
        float* x = input.ValuesIn(block), gradients = Output.GradientsIn(block);
        long length = (long)pixels * block.Lanes;
        for (int channel = 0; channel < state.Channels; channel++, x += length, gradients += length)
        {
            TVector mean = TSimd.Broadcast(state.Mean[channel]), scale = TSimd.Broadcast(state.Scale[channel]);
            TVector shift = TSimd.Broadcast(state.Shift[channel]);
            TVector sum = TSimd.Zero, product = TSimd.Zero;
            for (long i = 0; i < length; i += TSimd.Width)
            {
                TVector distance = TSimd.Subtract(TSimd.Load(x + i), mean), gradient = TSimd.Load(gradients + i);
                if (rectify)
                {
                    gradient = TSimd.WherePositive(TSimd.MultiplyAdd(scale, distance, shift), gradient);
                    TSimd.Store(gradient, gradients + i);
                }

                sum = TSimd.Add(sum, gradient);
                product = TSimd.MultiplyAdd(gradient, distance, product);
            }

            state.SetBlockGradients(block.Index, channel, TSimd.Sum(sum), TSimd.Sum(product));
        }
    }
}
