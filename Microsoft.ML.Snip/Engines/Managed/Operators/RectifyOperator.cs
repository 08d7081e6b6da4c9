using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators;

/// <summary>A ReLU that is not fused into the operator before it: y[i] = max(0, x[i]).</summary>
internal sealed unsafe class RectifyOperator<TSimd, TVector>(long count, View input, View output) : Operator
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override double Cycles => count;

    public override void Run(float* activations, int lanes, float* scratch, int part)
    {
        float* x = input.In(activations, lanes);
        float* y = output.In(activations, lanes);
        for (long i = 0; i < count * lanes; i += TSimd.Width)
        {
            TSimd.Store(TSimd.Max(TSimd.Zero, TSimd.Load(x + i)), y + i);
        }
    }
}
