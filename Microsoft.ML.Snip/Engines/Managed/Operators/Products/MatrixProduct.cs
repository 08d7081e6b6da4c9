using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Products;

/// <summary>A sparse matrix times a vector, or times the vectors of several images side by side: y = max(floor, bias + W x).</summary>
internal abstract unsafe class MatrixProduct
{
    /// <summary>About how many processor cycles it takes for one vector's width of images, or for one image.</summary>
    public abstract double Cycles { get; }

    /// <param name="x">Columns x lanes numbers.</param>
    /// <param name="y">Rows x lanes numbers.</param>
    /// <param name="lanes">Images side by side.</param>
    /// <param name="floor">0 for a rectifier, negative infinity for none.</param>
    public abstract void Run(float* x, float* y, int lanes, float floor);

    /// <summary>The kind of product for several images, or the cheaper of those for single ones (lanes 1).</summary>
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
