using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Sparse.Kernels;
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
    private readonly SparseRows _rows;
    private readonly AlignedArray<float> _bias;

    public LaneProduct(SparseMatrix weight, float[]? bias)
    {
        var rows = new RowTaps[weight.Rows];
        for (int row = 0; row < rows.Length; row++)
        {
            rows[row] = new RowTaps(row, weight.RowStart[row + 1] - weight.RowStart[row]);
        }

        var taps = new Tap[weight.KeptCount];
        for (int at = 0; at < taps.Length; at++)
        {
            taps[at] = new Tap(weight.Value[at], weight.Column[at]);
        }

        _rows = new SparseRows(rows, taps);
        _bias = new AlignedArray<float>(bias ?? new float[weight.Rows]);
        Cycles = CostModel.Tile(taps.Length, rows.Length, 1, (long)weight.Columns * TSimd.Width * sizeof(float));
    }

    public override double Cycles { get; }

    public override void Run(float* x, float* y, int lanes, float floor)
    {
        var arguments = new TileArguments
        {
            ElementBytes = (nint)lanes * sizeof(float),
            Rows = _rows.Rows.Pointer,
            RowCount = (int)_rows.Rows.Length,
            Taps = _rows.Taps.Pointer,
            Bias = _bias.Pointer,
            DestinationStride = lanes,
            Floor = floor,
        };
        TileKernels<TSimd, TVector>.SetContiguous(ref arguments);
        for (int left = lanes / TSimd.Width; left > 0;)
        {
            int vectors = TileKernels<TSimd, TVector>.FitBelow(left);
            arguments.Source = (byte*)x;
            arguments.Destination = y;
            TileKernels<TSimd, TVector>.Run(vectors, &arguments);
            left -= vectors;
            x += vectors * TSimd.Width;
            y += vectors * TSimd.Width;
        }
    }
}
