using Microsoft.ML.Snip.Engines.Managed.Operators.Products;
using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Recurrent;

/// <summary>
/// A recurrent layer over a sequence, starting from a state of zeros: each step computes two sparse products and the cell's formula for all
/// elements.
/// </summary>
internal sealed unsafe class RecurrentOperator<TCell, TSimd, TVector>(
    MatrixProduct fromInput, MatrixProduct fromState, int gates, int steps, int inputs, int units, View input, View output) : Operator
    where TCell : struct, ICell
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override double Cycles => steps * (fromInput.Cycles + fromState.Cycles + (units * 40.0));

    public override long ScratchLength(int lanes) => (2 * GateLength(lanes)) + (2 * StateLength(lanes));

    public override void Run(float* activations, int lanes, float* scratch, int part)
    {
        float* x = input.In(activations, lanes);
        float* y = output.In(activations, lanes);
        float* gatesOfInput = scratch;
        float* gatesOfState = gatesOfInput + GateLength(lanes);
        float* memory = gatesOfState + GateLength(lanes);
        float* last = memory + StateLength(lanes);
        new Span<float>(memory, checked((int)(2 * StateLength(lanes)))).Clear();
        long length = (long)units * lanes;
        for (int step = 0; step < steps; step++)
        {
            fromInput.Run(x, gatesOfInput, lanes, float.NegativeInfinity);
            fromState.Run(last, gatesOfState, lanes, float.NegativeInfinity);
            TCell.Run<TSimd, TVector>(gatesOfInput, gatesOfState, last, memory, y, length);
            last = y;
            x += (long)inputs * lanes;
            y += length;
        }
    }

    /// <summary>The length of all gates, with one vector more because the last write may exceed the end.</summary>
    private long GateLength(int lanes) => Round(((long)gates * units * lanes) + TSimd.Width);

    private long StateLength(int lanes) => Round(((long)units * lanes) + TSimd.Width);

    private static long Round(long length) => (length + 15) / 16 * 16;
}
