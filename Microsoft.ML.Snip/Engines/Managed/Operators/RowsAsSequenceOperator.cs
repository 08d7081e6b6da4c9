using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators;

/// <summary>
/// Turns the rows of several channels into the steps of a sequence: y[row, channel * width + column] = x[channel, row, column].
/// </summary>
internal sealed unsafe class RowsAsSequenceOperator<TSimd, TVector>(TensorShape shape, View input, View output) : Operator
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override double Cycles => shape.Count * 1.5;

    public override void Run(float* activations, int lanes, float* scratch, int part)
    {
        float* x = input.In(activations, lanes);
        float* y = output.In(activations, lanes);
        long length = (long)shape.Width * lanes;
        for (int row = 0; row < shape.Height; row++)
        {
            for (int channel = 0; channel < shape.Channels; channel++, y += length)
            {
                Runs<TSimd, TVector>.Copy(x + ((((long)channel * shape.Height) + row) * length), y, (int)length);
            }
        }
    }
}
