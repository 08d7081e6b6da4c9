using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators;

/// <summary>
/// A residual connection that is not fused into a convolution, with a ReLU after it if there is one: y[i] = max(floor, a[i] + b[i]).
/// </summary>
internal sealed unsafe class AddOperator<TSimd, TVector>(long count, View first, View second, View output, bool rectify) : Operator
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override double Cycles => count * 1.5;

    public override void Run(float* activations, int lanes, float* scratch, int part)
    {
        float* a = first.In(activations, lanes);
        float* b = second.In(activations, lanes);
        float* y = output.In(activations, lanes);
        TVector floor = TSimd.Broadcast(rectify ? 0 : float.NegativeInfinity);
        for (long i = 0; i < count * lanes; i += TSimd.Width)
        {
            TSimd.Store(TSimd.Max(floor, TSimd.Add(TSimd.Load(a + i), TSimd.Load(b + i))), y + i);
        }
    }
}
