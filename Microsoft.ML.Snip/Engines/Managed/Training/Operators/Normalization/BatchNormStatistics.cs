using Microsoft.ML.Snip.Engines.Managed.Training.Plans;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators.Normalization;

/// <summary>
/// The first half of a batch norm. Forward, before the blocks wait for each other: the mean and variance of each channel of the block.
/// Backward, afterwards: the gradients of the input.
/// </summary>
/// <param name="input">The inputs.</param>
/// <param name="output">The outputs, which the second half computes.</param>
/// <param name="state">What both halves share.</param>
/// <param name="pixels">The number of values of a channel.</param>
internal sealed unsafe class BatchNormStatistics<TSimd, TVector>(Source input, Target output, BatchNormState state, int pixels)
    : TrainingOperator(output, input)
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override bool KeepsInputs => true;

    public override bool WorksInPlace => true;

    public override long ScratchLength(int lanes) => lanes;

    public override void Forward(in TrainingBlock block)
    {
        if (!block.Learns)
        {
            return;
        }

        float* x = input.ValuesIn(block), isImage = LaneMask.Write(block);
        long length = (long)pixels * block.Lanes, count = (long)pixels * block.Images;
        for (int channel = 0; channel < state.Channels; channel++, x += length)
        {
            double mean = x[0] + (SumDistances(x, x[0], length, isImage, block.Lanes) / count);
            state.SetBlock(block.Index, channel, count, mean, SumSquares(x, (float)mean, length, isImage, block.Lanes));
        }
    }

    public override void Backward(in TrainingBlock block)
    {
        float* x = input.ValuesIn(block), inputGradients = input.GradientsIn(block), outputGradients = Output.GradientsIn(block);
        float* isImage = LaneMask.Write(block);
        if (inputGradients == null)
        {
            return;
        }

        long length = (long)pixels * block.Lanes;
        for (int channel = 0; channel < state.Channels; channel++, x += length, outputGradients += length, inputGradients += length)
        {
            TVector mean = TSimd.Broadcast(state.Mean[channel]), scale = TSimd.Broadcast(state.Scale[channel]);
            TVector gradientScale = TSimd.Broadcast(state.GradientScale[channel]);
            TVector gradientShift = TSimd.Broadcast(state.GradientShift[channel]);
            for (int lane = 0; lane < block.Lanes; lane += TSimd.Width)
            {
                TVector mask = TSimd.Load(isImage + lane);
                for (long i = lane; i < length; i += block.Lanes)
                {
                    TVector distance = TSimd.Subtract(TSimd.Load(x + i), mean);
                    TVector gradient = TSimd.MultiplyAdd(
                        scale, TSimd.Load(outputGradients + i), TSimd.MultiplyAdd(gradientScale, distance, gradientShift));
                    GradientWriter<TSimd, TVector>.Write(TSimd.Multiply(mask, gradient), inputGradients + i, input.Adds);
                }
            }
        }
    }

    /// <summary>The sum of x - center: of distances from a number nearby, because sums of large numbers lose digits.</summary>
    private static double SumDistances(float* x, float center, long length, float* isImage, int lanes)
    {
        double result = 0;
        TVector centers = TSimd.Broadcast(center);
        for (int lane = 0; lane < lanes; lane += TSimd.Width)
        {
            TVector first = TSimd.Zero, second = TSimd.Zero;
            long i = lane;
            for (; i + lanes < length; i += 2 * lanes)
            {
                first = TSimd.Add(first, TSimd.Subtract(TSimd.Load(x + i), centers));
                second = TSimd.Add(second, TSimd.Subtract(TSimd.Load(x + i + lanes), centers));
            }

            first = i < length ? TSimd.Add(first, TSimd.Subtract(TSimd.Load(x + i), centers)) : first;
            result += TSimd.Sum(TSimd.Multiply(TSimd.Load(isImage + lane), TSimd.Add(first, second)));
        }

        return result;
    }

    /// <summary>The sum of (x - center)^2.</summary>
    private static double SumSquares(float* x, float center, long length, float* isImage, int lanes)
    {
        double result = 0;
        TVector centers = TSimd.Broadcast(center);
        for (int lane = 0; lane < lanes; lane += TSimd.Width)
        {
            TVector first = TSimd.Zero, second = TSimd.Zero;
            long i = lane;
            for (; i + lanes < length; i += 2 * lanes)
            {
                TVector distance = TSimd.Subtract(TSimd.Load(x + i), centers);
                TVector other = TSimd.Subtract(TSimd.Load(x + i + lanes), centers);
                first = TSimd.MultiplyAdd(distance, distance, first);
                second = TSimd.MultiplyAdd(other, other, second);
            }

            if (i < length)
            {
                TVector distance = TSimd.Subtract(TSimd.Load(x + i), centers);
                first = TSimd.MultiplyAdd(distance, distance, first);
            }

            result += TSimd.Sum(TSimd.Multiply(TSimd.Load(isImage + lane), TSimd.Add(first, second)));
        }

        return result;
    }
}
