using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Products;

/// <summary>
/// The same product for every step of the sequence of one image, where the lanes are the steps: the steps are laid out side by side, so
/// that each weight is read once for all of them.
/// </summary>
internal sealed unsafe class StepsSideBySide<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>The cost to lay out one number, in cycles.</summary>
    private const double CyclesOfNumber = 0.5;

    private readonly LaneProduct<TSimd, TVector> _product;
    private readonly int _steps;
    private readonly int _lanes;
    private readonly int _inputs;
    private readonly int _outputs;

    private StepsSideBySide(SparseMatrix weight, float[]? bias, int steps)
    {
        _product = new LaneProduct<TSimd, TVector>(weight, bias);
        (_steps, _inputs, _outputs) = (steps, weight.Columns, weight.Rows);
        _lanes = (steps + TSimd.Width - 1) / TSimd.Width * TSimd.Width;
        int vectors = _lanes / TSimd.Width;
        Cycles = CostModel.Tile(weight.KeptCount, weight.Rows, vectors, (long)_inputs * _lanes * sizeof(float))
            + (CyclesOfNumber * _lanes * (_inputs + _outputs));
    }

    /// <summary>The estimated number of processor cycles for all steps.</summary>
    public double Cycles { get; }

    /// <summary>The scratch memory, in floats. Laying out writes up to a vector behind the end.</summary>
    public long ScratchLength => ((long)_inputs + _outputs + 1) * _lanes;

    /// <summary>The product; null where it costs less to run one step after the other.</summary>
    /// <param name="weight">The kept weights.</param>
    /// <param name="bias">The biases, or null.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="stepCycles">The cost of one step by itself, in cycles.</param>
    public static StepsSideBySide<TSimd, TVector>? CreateIfCheaper(SparseMatrix weight, float[]? bias, int steps, double stepCycles)
    {
        if (steps == 1 || TSimd.Width == 1)
        {
            return null;
        }

        var product = new StepsSideBySide<TSimd, TVector>(weight, bias, steps);
        return product.Cycles < steps * stepCycles ? product : null;
    }

    /// <param name="x">The inputs of all steps, one step behind the other.</param>
    /// <param name="y">Receives the outputs of all steps.</param>
    /// <param name="floor">0 for a rectifier, negative infinity for none.</param>
    /// <param name="scratch">Scratch memory of this thread.</param>
    public void Run(float* x, float* y, float floor, float* scratch)
    {
        float* inputs = scratch, outputs = scratch + ((long)_inputs * _lanes);
        Interleave.FromImages(x, inputs, _inputs, _inputs, _steps, _lanes);
        _product.Run(inputs, outputs, _lanes, floor);
        Interleave.ToImages(outputs, y, _outputs, _steps, _lanes);
    }
}
