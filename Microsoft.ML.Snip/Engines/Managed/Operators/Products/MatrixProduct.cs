using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Products;

/// <summary>
/// The product of a sparse matrix with a vector, or with the vectors of several images side by side: y = max(floor, bias + W x).
/// </summary>
internal abstract unsafe class MatrixProduct
{
    /// <summary>The estimated number of processor cycles for one vector's width of images, or for one image.</summary>
    public abstract double Cycles { get; }

    /// <param name="x">The input, columns x lanes values.</param>
    /// <param name="y">Receives the output, rows x lanes values.</param>
    /// <param name="lanes">The number of images side by side.</param>
    /// <param name="floor">0 for a ReLU, negative infinity for none.</param>
    public abstract void Run(float* x, float* y, int lanes, float floor);

    /// <summary>Creates the product for several images, or the cheaper kind of product for single images (lanes = 1).</summary>
    public static MatrixProduct Create<TSimd, TVector>(SparseMatrix weight, float[]? bias, int lanes)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        if (lanes > 1)
        {
            return new LaneProduct<TSimd, TVector>(weight, bias);
        }

        return LookupProduct<TSimd, TVector>.EstimateCycles(weight) < SellCSigmaProduct<TSimd, TVector>.EstimateCycles(weight)
            ? new LookupProduct<TSimd, TVector>(weight, bias)
            : new SellCSigmaProduct<TSimd, TVector>(weight, bias);
    }
}
