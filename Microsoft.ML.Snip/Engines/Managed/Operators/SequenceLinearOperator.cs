using Microsoft.ML.Snip.Engines.Managed.Operators.Products;
using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators;

/// <summary>
/// A fully connected layer on all steps of the sequence of one image at once, with a ReLU after it if there is one.
/// </summary>
internal sealed unsafe class SequenceLinearOperator<TSimd, TVector>(
    StepsSideBySide<TSimd, TVector> product, View input, View output, bool rectify) : Operator
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override double Cycles => product.Cycles;

    public override long ScratchLength(int lanes) => product.ScratchLength;

    public override void Run(float* activations, int lanes, float* scratch, int part) => product.Run(
        input.In(activations, lanes), output.In(activations, lanes), rectify ? 0 : float.NegativeInfinity, scratch);
}
