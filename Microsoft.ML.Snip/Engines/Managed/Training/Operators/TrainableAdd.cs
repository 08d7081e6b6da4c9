using Microsoft.ML.Snip.Engines.Managed.Training.Plans;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators;

/// <summary>
/// A residual connection, with the ReLU behind it if there is one: y = max(floor, a + b); the gradients of a and b are both that of y, 0
/// where a ReLU gave 0.
/// </summary>
internal sealed unsafe class TrainableAdd<TSimd, TVector>(Source first, Source second, Target output, bool rectify)
    : TrainingOperator(output, first, second)
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override bool KeepsOutput => rectify;

    public override bool WorksInPlace => true;

    public override void Forward(in TrainingBlock block)
    {
        float* a = first.ValuesIn(block), b = second.ValuesIn(block), y = Output.ValuesIn(block);
        TVector floor = TSimd.Broadcast(rectify ? 0 : float.NegativeInfinity);
        for (long i = 0; i < Output.Count * block.Lanes; i += TSimd.Width)
        {
            TSimd.Store(TSimd.Max(floor, TSimd.Add(TSimd.Load(a + i), TSimd.Load(b + i))), y + i);
        }
    }

    public override void Backward(in TrainingBlock block)
    {
        float* y = Output.ValuesIn(block), outputGradients = Output.GradientsIn(block);
        float* a = first.GradientsIn(block), b = second.GradientsIn(block);
        for (long i = 0; i < Output.Count * block.Lanes; i += TSimd.Width)
        {
            TVector gradient = TSimd.Load(outputGradients + i);
            gradient = rectify ? TSimd.WherePositive(TSimd.Load(y + i), gradient) : gradient;
            if (a != null)
            {
                GradientWriter<TSimd, TVector>.Write(gradient, a + i, first.Adds);
            }

            if (b != null)
            {
                GradientWriter<TSimd, TVector>.Write(gradient, b + i, second.Adds);
            }
        }
    }
}
