using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Sparse.Layouts;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Memory;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Products;

/// <summary>
/// A product for several images, which are the lanes: each kept weight is broadcast and multiplied with its input of up to one tile of
/// vectors of images.
/// </summary>
internal sealed unsafe class LaneProduct<TSimd, TVector> : MatrixProduct
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly RowProduct<TSimd, TVector> _product;
    private readonly AlignedArray<float> _weights;
    private readonly AlignedArray<float> _bias;

    public LaneProduct(SparseMatrix weight, float[]? bias)
    {
        _product = new RowProduct<TSimd, TVector>(SparseRows.Of(weight.Pattern));
        _weights = WeightNumbers.Arrange(_product.Rows.Numbers, weight.Value);
        _bias = new AlignedArray<float>(bias ?? new float[weight.Rows]);
        Cycles = CostModel.Tile(weight.KeptCount, weight.Rows, 1, (long)weight.Columns * TSimd.Width * sizeof(float));
    }

    public override double Cycles { get; }

    public override void Run(float* x, float* y, int lanes, float floor) =>
        _product.Run(x, _weights.Pointer, _bias.Pointer, y, lanes, floor);
}
