using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Layouts;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Tests.Sparse.Vectors;

namespace Microsoft.ML.Snip.Tests.Sparse.Kernels;

/// <summary>The SELL-C-sigma kernel on every kind of vector, against a plain loop.</summary>
[TestClass]
public class SellCSigmaKernelTests
{
    [TestMethod]
    public void AnySparseMatrixIsMultipliedAsALoopDoes() => VectorChecks.RunAll<ProductChecks<Product>.SmallMatrices>();

    [TestMethod]
    public void InputsBeyond65536AreToldApart() => VectorChecks.RunAll<ProductChecks<Product>.WideMatrices>();

    private sealed unsafe class Product : IProduct
    {
        static void IProduct.Run<TSimd, TVector>(SparseMatrix matrix, float[]? bias, float* x, float* y, float floor) =>
            SellCSigmaKernel<TSimd, TVector>.Run(SellCSigma.Create(matrix, bias, TSimd.Width), x, y, floor);
    }
}
