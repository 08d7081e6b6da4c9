using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Layouts;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Products;

/// <summary>
/// A product for one image: lanes are outputs. Rows of about equal length form groups of one vector ("sliced ELLPACK"); step k of a group
/// multiplies the k-th kept weight of each row with its input.
/// </summary>
internal sealed unsafe class SellCSigmaProduct<TSimd, TVector> : MatrixProduct
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly SellCSigma _rows;

    public SellCSigmaProduct(SparseMatrix weight, float[]? bias)
    {
        _rows = SellCSigma.Create(weight, bias, TSimd.Width);
        Cycles = EstimateCycles(weight);
    }

    public override double Cycles { get; }

    /// <summary>The <see cref="MatrixProduct.Cycles"/> that a product with the matrix would have.</summary>
    public static double EstimateCycles(SparseMatrix weight) =>
        (SellCSigma.CountSteps(weight, TSimd.Width) * TSimd.Width * 0.7) + (weight.Rows * 2);

    public override void Run(float* x, float* y, int lanes, float floor) => SellCSigmaKernel<TSimd, TVector>.Run(_rows, x, y, floor);
}
