using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Sparse.Memory;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators;

/// <summary>
/// A group norm: y[c, p] = gamma[c] * (x[c, p] - mean) / sqrt(variance + epsilon) + beta[c], where mean and variance are those of all
/// positions p of the channels in c's group. A layer norm is the same with one position per channel and one group for each step of a
/// sequence. The variance is computed in a second pass, as the mean squared distance from the mean: a difference of two large sums would
/// lose precision.
/// </summary>
/// <param name="groups">The number of groups.</param>
/// <param name="channels">The number of channels in a group.</param>
/// <param name="positions">The number of values in a channel.</param>
/// <param name="epsilon">Added to the variance.</param>
/// <param name="gamma">A factor for each channel of all groups, or for each channel of one group, to use for all groups.</param>
/// <param name="beta">The addends, as many as there are factors.</param>
/// <param name="input">The input x.</param>
/// <param name="output">The output y.</param>
internal sealed unsafe class GroupNormOperator<TSimd, TVector>(
    int groups, int channels, int positions, double epsilon, float[] gamma, float[] beta, View input, View output) : Operator
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    // One vector longer than the parameters, so that channels of one value each can be read as vectors.
    private readonly AlignedArray<float> _gamma = new([.. gamma, .. new float[TSimd.Width]]);
    private readonly AlignedArray<float> _beta = new([.. beta, .. new float[TSimd.Width]]);
    private readonly long _groupLength = (long)channels * positions;

    public override double Cycles => groups * ((_groupLength * 3.0) + 40);

    public override void Run(float* activations, int lanes, float* scratch, int part)
    {
        float* x = input.In(activations, lanes);
        float* y = output.In(activations, lanes);
        for (int group = 0; group < groups; group++, x += _groupLength * lanes, y += _groupLength * lanes)
        {
            int firstChannel = group * channels % gamma.Length;
            if (lanes == 1)
            {
                NormalizeOne(x, y, firstChannel);
                continue;
            }

            for (int lane = 0; lane < lanes; lane += TSimd.Width)
            {
                NormalizeLanes(x + lane, y + lane, lanes, firstChannel);
            }
        }
    }

    /// <summary>Normalises a group of one image.</summary>
    private void NormalizeOne(float* x, float* y, int firstChannel)
    {
        float mean = SumOne(x) / _groupLength, variance = SumSquaresOne(x, mean) / _groupLength;
        float inverse = (float)(1 / Math.Sqrt(variance + epsilon));
        TVector center = TSimd.Broadcast(mean), factor = TSimd.Broadcast(inverse);

        // A last vector may overlap the next channel or group, which is written afterwards.
        if (positions == 1)
        {
            for (int channel = 0; channel < channels; channel += TSimd.Width)
            {
                TVector scale = TSimd.Multiply(factor, TSimd.Load(_gamma.Pointer + firstChannel + channel));
                TVector distance = TSimd.Subtract(TSimd.Load(x + channel), center);
                TSimd.Store(TSimd.MultiplyAdd(distance, scale, TSimd.Load(_beta.Pointer + firstChannel + channel)), y + channel);
            }

            return;
        }

        for (int channel = 0; channel < channels; channel++, x += positions, y += positions)
        {
            TVector scale = TSimd.Multiply(factor, TSimd.Broadcast(_gamma.Pointer[firstChannel + channel]));
            TVector addend = TSimd.Broadcast(_beta.Pointer[firstChannel + channel]);
            for (int position = 0; position < positions; position += TSimd.Width)
            {
                TSimd.Store(TSimd.MultiplyAdd(TSimd.Subtract(TSimd.Load(x + position), center), scale, addend), y + position);
            }
        }
    }

    /// <summary>Normalises a group of as many images as a vector has lanes.</summary>
    private void NormalizeLanes(float* x, float* y, int lanes, int firstChannel)
    {
        TVector share = TSimd.Broadcast(1f / _groupLength), mean = TSimd.Zero, variance = TSimd.Zero;
        for (long i = 0; i < _groupLength; i++)
        {
            mean = TSimd.Add(mean, TSimd.Load(x + (i * lanes)));
        }

        mean = TSimd.Multiply(mean, share);
        for (long i = 0; i < _groupLength; i++)
        {
            TVector distance = TSimd.Subtract(TSimd.Load(x + (i * lanes)), mean);
            variance = TSimd.MultiplyAdd(distance, distance, variance);
        }

        TVector root = TSimd.Sqrt(TSimd.MultiplyAdd(variance, share, TSimd.Broadcast((float)epsilon)));
        TVector factor = TSimd.Divide(TSimd.Broadcast(1), root);
        for (int channel = 0; channel < channels; channel++)
        {
            TVector scale = TSimd.Multiply(factor, TSimd.Broadcast(_gamma.Pointer[firstChannel + channel]));
            TVector addend = TSimd.Broadcast(_beta.Pointer[firstChannel + channel]);
            for (int position = 0; position < positions; position++, x += lanes, y += lanes)
            {
                TSimd.Store(TSimd.MultiplyAdd(TSimd.Subtract(TSimd.Load(x), mean), scale, addend), y);
            }
        }
    }

    private float SumOne(float* x)
    {
        long i = 0;
        TVector sums = TSimd.Zero;
        for (; i <= _groupLength - TSimd.Width; i += TSimd.Width)
        {
            sums = TSimd.Add(sums, TSimd.Load(x + i));
        }

        float sum = TSimd.Sum(sums);
        for (; i < _groupLength; i++)
        {
            sum += x[i];
        }

        return sum;
    }

    private float SumSquaresOne(float* x, float mean)
    {
        long i = 0;
        TVector sums = TSimd.Zero, center = TSimd.Broadcast(mean);
        for (; i <= _groupLength - TSimd.Width; i += TSimd.Width)
        {
            TVector distance = TSimd.Subtract(TSimd.Load(x + i), center);
            sums = TSimd.MultiplyAdd(distance, distance, sums);
        }

        float sum = TSimd.Sum(sums);
        for (; i < _groupLength; i++)
        {
            sum += (x[i] - mean) * (x[i] - mean);
        }

        return sum;
    }
}
