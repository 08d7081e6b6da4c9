using System.Runtime.CompilerServices;
using Microsoft.ML.Snip.Engines.Managed.Training.Plans;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators;

/// <summary>
/// Dropout: y = x * f, where f is 0 with probability <paramref name="rate"/> and otherwise 1 / (1 - rate); the same for the gradients.
/// Values of a group have the same factor. When nothing is learned, y = x.
/// </summary>
/// <param name="input">The inputs.</param>
/// <param name="output">The outputs.</param>
/// <param name="rate">The probability to set a group to 0.</param>
/// <param name="groupLength">The number of consecutive values of a group: 1, or the pixels of a channel.</param>
/// <param name="seed">The seed of the random numbers.</param>
/// <remarks>
/// Each factor is a function of the seed, the step, the image's place in the batch and the group, so that it does not depend on how a batch
/// is split, and need not be stored for the way back.
/// </remarks>
internal sealed unsafe class TrainableDropout<TSimd, TVector>(Source input, Target output, double rate, int groupLength, int seed)
    : TrainingOperator(output, input)
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>The increment of the SplitMix64 generator: 2^64 divided by the golden ratio.</summary>
    private const ulong Increment = 0x9E3779B97F4A7C15;

    public override bool WorksInPlace => true;

    public override long ScratchLength(int lanes) => lanes;

    public override void Forward(in TrainingBlock block)
    {
        float* x = input.ValuesIn(block), y = Output.ValuesIn(block);
        if (block.Learns)
        {
            Multiply(x, y, block, adds: false);
        }
        else
        {
            long bytes = input.Count * block.Lanes * sizeof(float);
            Buffer.MemoryCopy(x, y, bytes, bytes);
        }
    }

    public override void Backward(in TrainingBlock block)
    {
        float* inputGradients = input.GradientsIn(block);
        if (inputGradients != null)
        {
            Multiply(Output.GradientsIn(block), inputGradients, block, input.Adds);
        }
    }

    private void Multiply(float* source, float* destination, in TrainingBlock block, bool adds)
    {
        ulong drops = (ulong)(rate * ulong.MaxValue), key = Mix(((ulong)(uint)seed << 32) ^ (ulong)block.Step);
        ulong groups = (ulong)(input.Count / groupLength);
        float kept = (float)(1 / (1 - rate));
        float* factors = block.Scratch;
        new Span<float>(factors, block.Lanes).Clear();
        for (ulong group = 0; group < groups; group++)
        {
            for (int image = 0; image < block.Images; image++)
            {
                ulong index = ((ulong)(block.First + image) * groups) + group;
                factors[image] = Mix(key + (index * Increment)) < drops ? 0 : kept;
            }

            for (int i = 0; i < groupLength; i++, source += block.Lanes, destination += block.Lanes)
            {
                for (int lane = 0; lane < block.Lanes; lane += TSimd.Width)
                {
                    TVector product = TSimd.Multiply(TSimd.Load(source + lane), TSimd.Load(factors + lane));
                    GradientWriter<TSimd, TVector>.Write(product, destination + lane, adds);
                }
            }
        }
    }

    /// <summary>The output function of SplitMix64 (Steele, Lea and Flood, 2014): every bit of x changes about half of the bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong x)
    {
        x += Increment;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
