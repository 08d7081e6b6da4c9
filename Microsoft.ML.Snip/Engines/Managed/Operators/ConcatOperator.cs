using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators;

/// <summary>Several activations one behind the other.</summary>
/// <param name="inputs">Where each lies.</param>
/// <param name="counts">How many numbers each has.</param>
/// <param name="output">Where they go.</param>
internal sealed unsafe class ConcatOperator<TSimd, TVector>(View[] inputs, long[] counts, View output) : Operator
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override double Cycles => counts.Sum() * 1.5;

    public override void Run(float* activations, int lanes, float* scratch, int part)
    {
        float* y = output.In(activations, lanes);
        for (int input = 0; input < inputs.Length; input++)
        {
            long length = counts[input] * lanes;
            Runs<TSimd, TVector>.Copy(inputs[input].In(activations, lanes), y, checked((int)length));
            y += length;
        }
    }
}
