using Microsoft.ML.Snip.Engines.Managed.Operators.Products;
using Microsoft.ML.Snip.Engines.Managed.Plans;

namespace Microsoft.ML.Snip.Engines.Managed.Operators;

/// <summary>A fully connected layer on a vector, or on each step of a sequence, with a ReLU after it if there is one.</summary>
internal sealed unsafe class LinearOperator(
    MatrixProduct product, int steps, int inputs, int outputs, View input, View output, bool rectify) : Operator
{
    public override double Cycles => steps * product.Cycles;

    public override int PartCount => steps;

    public override void Run(float* activations, int lanes, float* scratch, int part) => product.Run(
        input.In(activations, lanes) + ((long)part * inputs * lanes),
        output.In(activations, lanes) + ((long)part * outputs * lanes),
        lanes,
        rectify ? 0 : float.NegativeInfinity);
}
