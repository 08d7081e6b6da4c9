using Microsoft.ML.Snip.Engines.Managed.Training.Plans;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators;

/// <summary>A ReLU that is not fused into the layer before it: y = max(0, x); the gradient passes where y is above 0.</summary>
internal sealed unsafe class TrainableReLU<TSimd, TVector>(Source input, Target output) : TrainingOperator(output, input)
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override bool KeepsOutput => true;

    public override bool WorksInPlace => true;

    public override void Forward(in TrainingBlock block)
    {
        float* x = input.ValuesIn(block), y = Output.ValuesIn(block);
        for (long i = 0; i < input.Count * block.Lanes; i += TSimd.Width)
        {
            TSimd.Store(TSimd.Max(TSimd.Zero, TSimd.Load(x + i)), y + i);
        }
    }

    public override void Backward(in TrainingBlock block)
    {
        float* y = Output.ValuesIn(block), outputGradients = Output.GradientsIn(block), inputGradients = input.GradientsIn(block);
        if (inputGradients == null)
        {
            return;
        }

        for (long i = 0; i < input.Count * block.Lanes; i += TSimd.Width)
        {
            TVector gradient = TSimd.WherePositive(TSimd.Load(y + i), TSimd.Load(outputGradients + i));
            GradientWriter<TSimd, TVector>.Write(gradient, inputGradients + i, input.Adds);
        }
    }
}
