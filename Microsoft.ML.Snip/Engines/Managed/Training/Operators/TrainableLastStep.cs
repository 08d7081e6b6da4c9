using Microsoft.ML.Snip.Engines.Managed.Training.Plans;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators;

/// <summary>The last step of a sequence; the gradients of the other steps are 0.</summary>
internal sealed unsafe class TrainableLastStep<TSimd, TVector>(Source input, Target output) : TrainingOperator(output, input)
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override void Forward(in TrainingBlock block)
    {
        long bytes = Output.Count * block.Lanes * sizeof(float);
        Buffer.MemoryCopy(input.ValuesIn(block) + Skipped(block.Lanes), Output.ValuesIn(block), bytes, bytes);
    }

    public override void Backward(in TrainingBlock block)
    {
        float* outputGradients = Output.GradientsIn(block), inputGradients = input.GradientsIn(block);
        if (inputGradients == null)
        {
            return;
        }

        if (!input.Adds)
        {
            new Span<float>(inputGradients, checked((int)Skipped(block.Lanes))).Clear();
        }

        inputGradients += Skipped(block.Lanes);
        for (long i = 0; i < Output.Count * block.Lanes; i += TSimd.Width)
        {
            GradientWriter<TSimd, TVector>.Write(TSimd.Load(outputGradients + i), inputGradients + i, input.Adds);
        }
    }

    private long Skipped(int lanes) => (input.Count - Output.Count) * lanes;
}
