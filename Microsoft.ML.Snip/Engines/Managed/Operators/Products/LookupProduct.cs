using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Layouts;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Products;

/// <summary>A product for one image: lanes are outputs, whose inputs are selected from a register of neighbouring inputs.</summary>
internal sealed unsafe class LookupProduct<TSimd, TVector> : MatrixProduct
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly LookupRows _rows;

    public LookupProduct(SparseMatrix weight, float[]? bias)
    {
        _rows = LookupRows.Create(weight, bias, TSimd.Width);
        Cycles = EstimateCycles(weight);
    }

    public override double Cycles { get; }

    /// <summary>The <see cref="MatrixProduct.Cycles"/> that a product with the matrix would have.</summary>
    public static double EstimateCycles(SparseMatrix weight) => (LookupRows.CountSteps(weight, TSimd.Width) * 2.4) + (weight.Rows * 2);

    public override void Run(float* x, float* y, int lanes, float floor) => LookupKernel<TSimd, TVector>.Run(_rows, x, y, floor);
}
