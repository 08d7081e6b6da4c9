using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators;

/// <summary>Concatenates several activations.</summary>
/// <param name="inputs">The activations.</param>
/// <param name="counts">The number of values in each.</param>
/// <param name="output">The concatenated output.</param>
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
