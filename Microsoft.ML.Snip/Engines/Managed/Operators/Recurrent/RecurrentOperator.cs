using Microsoft.ML.Snip.Engines.Managed.Operators.Products;
using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Recurrent;

/// <summary>
/// A recurrent layer over a sequence, starting from a state of zeros: each step computes two sparse products and the cell's formula for all
/// elements. The products with the input do not depend on the state, and may be computed for all steps at once.
/// </summary>
/// <param name="fromInput">The product with a step's input.</param>
/// <param name="ofAllInputs">The products with the inputs of all steps; null to compute them step by step.</param>
/// <param name="fromState">The product with the last step's output.</param>
/// <param name="gates">The number of gates of a unit.</param>
/// <param name="steps">The number of steps.</param>
/// <param name="inputs">The number of inputs of a step.</param>
/// <param name="units">The number of units.</param>
/// <param name="input">The sequence.</param>
/// <param name="output">The outputs of all steps.</param>
internal sealed unsafe class RecurrentOperator<TCell, TSimd, TVector>(
    MatrixProduct fromInput, StepsSideBySide<TSimd, TVector>? ofAllInputs, MatrixProduct fromState, int gates, int steps, int inputs,
    int units, View input, View output) : Operator
    where TCell : struct, ICell
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override double Cycles =>
        (ofAllInputs?.Cycles ?? (steps * fromInput.Cycles)) + (steps * (fromState.Cycles + (units * 40.0)));

    public override long ScratchLength(int lanes) => (2 * StateLength(lanes)) + GateLength(lanes)
        + (ofAllInputs is null ? GateLength(lanes) : Round((long)steps * gates * units) + TSimd.Width + ofAllInputs.ScratchLength);

    public override void Run(float* activations, int lanes, float* scratch, int part)
    {
        float* x = input.In(activations, lanes);
        float* y = output.In(activations, lanes);
        float* memory = scratch;
        float* last = memory + StateLength(lanes);
        float* gatesOfState = last + StateLength(lanes);
        float* gatesOfInput = gatesOfState + GateLength(lanes);
        new Span<float>(memory, checked((int)(2 * StateLength(lanes)))).Clear();
        long length = (long)units * lanes;
        ofAllInputs?.Run(
            x, gatesOfInput, float.NegativeInfinity, gatesOfInput + Round((long)steps * gates * units) + TSimd.Width);
        for (int step = 0; step < steps; step++)
        {
            if (ofAllInputs is null)
            {
                fromInput.Run(x, gatesOfInput, lanes, float.NegativeInfinity);
            }

            fromState.Run(last, gatesOfState, lanes, float.NegativeInfinity);
            TCell.Run<TSimd, TVector>(gatesOfInput, gatesOfState, last, memory, y, length);
            last = y;
            x += (long)inputs * lanes;
            y += length;
            gatesOfInput += ofAllInputs is null ? 0 : gates * length;
        }
    }

    /// <summary>The length of all gates, with one vector more because the last write may exceed the end.</summary>
    private long GateLength(int lanes) => Round(((long)gates * units * lanes) + TSimd.Width);

    private long StateLength(int lanes) => Round(((long)units * lanes) + TSimd.Width);

    private static long Round(long length) => (length + 15) / 16 * 16;
}
