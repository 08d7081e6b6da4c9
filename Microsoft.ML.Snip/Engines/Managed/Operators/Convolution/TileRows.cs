using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Layouts;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Memory;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Convolution;

/// <summary>
/// The taps of each tile: at the borders of a map those rows of the kernel are left out that meet only padding. The taps of an output are
/// in the order of the kernel's rows, so that what is left is a part of them.
/// </summary>
internal sealed class TileRows
{
    private readonly int[] _kindOfTile;

    /// <summary>For each block and kind of tile, the taps of each output.</summary>
    private readonly AlignedArray<RowTaps>[][] _rows;

    public TileRows(ChannelBlock[] blocks, SparsePattern weight, Conv2d layer, TileGeometry geometry)
    {
        var kinds = new List<KernelRows>();
        _kindOfTile = new int[geometry.TileCount];
        for (int tile = 0; tile < _kindOfTile.Length; tile++)
        {
            KernelRows rows = geometry.RowsThatMeet(tile);
            int kind = kinds.IndexOf(rows);
            if (kind < 0)
            {
                kind = kinds.Count;
                kinds.Add(rows);
            }

            _kindOfTile[tile] = kind;
        }

        _rows = Array.ConvertAll(blocks, block => kinds.Select(rows => rows.Count == layer.KernelHeight
            ? block.Rows.Rows
            : Restrict(block.Rows, rows, number => ChannelBlocks.KernelRowOf(weight, layer, number))).ToArray());
    }

    /// <summary>The share of the rows of the kernel that meet the map, over all tiles.</summary>
    public static double ShareOf(Conv2d layer, TileGeometry geometry)
    {
        double count = 0;
        for (int tile = 0; tile < geometry.TileCount; tile++)
        {
            count += geometry.RowsThatMeet(tile).Count;
        }

        return count / layer.KernelHeight / geometry.TileCount;
    }

    /// <summary>The taps of each output of a block in a tile.</summary>
    public AlignedArray<RowTaps> this[int block, int tile] => _rows[block][_kindOfTile[tile]];

    private static AlignedArray<RowTaps> Restrict(SparseRows rows, KernelRows kept, Func<int, int> kernelRowOf)
    {
        RowTaps[] restricted = Array.ConvertAll(rows.Rows.Span.ToArray(), row =>
        {
            int first = row.FirstTap, end = first + row.TapCount;
            while (first < end && kernelRowOf(rows.Numbers[first]) < kept.First)
            {
                first++;
            }

            while (end > first && kernelRowOf(rows.Numbers[end - 1]) > kept.Last)
            {
                end--;
            }

            return new RowTaps(row.Output, first, end - first);
        });
        return new AlignedArray<RowTaps>(restricted.OrderBy(row => row.TapCount).ToArray());
    }
}
