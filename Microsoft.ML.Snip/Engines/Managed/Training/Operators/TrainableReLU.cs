using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators;

/// <summary>A ReLU that is not fused into the layer before it: y = max(0, x); the gradient passes where y is above 0.</summary>
internal sealed unsafe class TrainableReLU<TSimd, TVector>(Signal input, Signal output) : TrainingOperator
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override void Forward(ImageBlock block, bool learns)
    {
        float* x = input.Values.Pointer, y = output.Values.Pointer;
        for (long i = 0; i < (long)input.Count * block.Lanes; i += TSimd.Width)
        {
            TSimd.Store(TSimd.Max(TSimd.Zero, TSimd.Load(x + i)), y + i);
        }
    }

    public override void Backward(ImageBlock block)
    {
        if (input.Gradients is not { } gradients)
        {
            return;
        }

        float* y = output.Values.Pointer, outputGradients = output.Gradients!.Pointer;
        for (long i = 0; i < (long)input.Count * block.Lanes; i += TSimd.Width)
        {
            TSimd.Store(TSimd.WherePositive(TSimd.Load(y + i), TSimd.Load(outputGradients + i)), gradients.Pointer + i);
        }
    }
}
