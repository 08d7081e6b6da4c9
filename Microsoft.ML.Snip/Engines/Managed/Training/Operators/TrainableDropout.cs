using Microsoft.ML.Snip.Sparse.Memory;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators;

/// <summary>
/// Dropout: y = x * f, where f is 0 with probability <paramref name="rate"/> and otherwise 1 / (1 - rate); the same for the gradients. When
/// nothing is learned, y = x.
/// </summary>
/// <remarks>
/// Numbers are drawn value by value, for the images only, so that they do not depend on the vector's width.
/// </remarks>
internal sealed unsafe class TrainableDropout<TSimd, TVector>(Signal input, Signal output, double rate, Random random, int maxLanes)
    : TrainingOperator
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly AlignedArray<float> _factors = new((long)input.Count * maxLanes);

    public override void Forward(ImageBlock block, bool learns)
    {
        if (!learns)
        {
            input.Values.Span[..(input.Count * block.Lanes)].CopyTo(output.Values.Span);
            return;
        }

        float remaining = (float)(1 / (1 - rate));
        for (int i = 0; i < input.Count; i++)
        {
            Span<float> factors = _factors.Span.Slice(i * block.Lanes, block.Lanes);
            for (int image = 0; image < block.Images; image++)
            {
                factors[image] = random.NextDouble() < rate ? 0 : remaining;
            }

            factors[block.Images..].Clear();
        }

        Multiply(input.Values.Pointer, output.Values.Pointer, block.Lanes);
    }

    public override void Backward(ImageBlock block)
    {
        if (input.Gradients is { } gradients)
        {
            Multiply(output.Gradients!.Pointer, gradients.Pointer, block.Lanes);
        }
    }

    private void Multiply(float* source, float* destination, int lanes)
    {
        for (long i = 0; i < (long)input.Count * lanes; i += TSimd.Width)
        {
            TSimd.Store(TSimd.Multiply(TSimd.Load(source + i), TSimd.Load(_factors.Pointer + i)), destination + i);
        }
    }
}
