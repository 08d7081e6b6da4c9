using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Layouts;
using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Convolution;

/// <summary>
/// Splits a convolution's weights by input channel, so that the inputs that a tile reads repeatedly stay in a fast cache.
/// </summary>
internal static class ChannelBlocks
{
    /// <summary>
    /// The maximum number of packed values in a block of several channels, 64 MiB. It is far more than a cache holds, but if no weight is
    /// kept, blocks of all sizes cost the same.
    /// </summary>
    private const long MaxPacked = 1 << 24;

    /// <summary>The number of channels per block with the lowest cost per tile, and that cost in cycles, without packing.</summary>
    public static (int Channels, double Cycles) Choose(SparsePattern weight, int channels, TileGeometry geometry)
    {
        (int Channels, double Cycles) best = (channels, double.MaxValue);
        int taps = weight.Columns / channels;
        for (int blocks = 1; blocks <= channels; blocks *= 2)
        {
            int size = (channels + blocks - 1) / blocks;
            if ((long)size * geometry.ChannelLength > MaxPacked && blocks * 2L <= channels)
            {
                continue;
            }

            double cycles = CostModel.Tile(
                weight.KeptCount, CountRows(weight, size * taps), geometry.Vectors, (long)size * geometry.ChannelLength * sizeof(float));
            if (cycles < best.Cycles)
            {
                best = (size, cycles);
            }
        }

        return best;
    }

    /// <summary>The blocks; each weight has the offset of its input in the packed inputs of its block.</summary>
    /// <param name="weight">The kept weights.</param>
    /// <param name="layer">The convolution.</param>
    /// <param name="channels">The number of input channels.</param>
    /// <param name="size">The number of channels in a block.</param>
    /// <param name="geometry">The tiles.</param>
    /// <param name="inFours">Whether outputs that keep nearly the same inputs are computed in groups of four.</param>
    /// <param name="byKernelRow">Whether the taps of an output are in the order of the kernel's rows.</param>
    public static ChannelBlock[] Split(
        SparsePattern weight, Conv2d layer, int channels, int size, TileGeometry geometry, bool inFours = true, bool byKernelRow = false)
    {
        Comparer<Tap> order = Comparer<Tap>.Create((a, b) => (KernelRowOf(weight, layer, a.WeightNumber), a.Element).CompareTo(
            (KernelRowOf(weight, layer, b.WeightNumber), b.Element)));
        int taps = layer.KernelHeight * layer.KernelWidth, slot = 0;
        var next = weight.RowStart.AsSpan(0, weight.Rows).ToArray();
        var blocks = new List<ChannelBlock>();
        int[][] groups = [.. FindUsed(weight, channels).Chunk(size)];
        foreach (int[] group in groups.Length > 0 ? groups : [[]])
        {
            var rows = new List<RowTaps>();
            var kept = new List<Tap>();
            for (int row = 0; row < weight.Rows; row++)
            {
                int start = next[row], at = start;
                for (int place = 0; at < weight.RowStart[row + 1] && weight.Column[at] / taps <= group[^1]; at++)
                {
                    (int channel, int tap) = Math.DivRem(weight.Column[at], taps);
                    while (group[place] < channel)
                    {
                        place++;
                    }

                    int offset = geometry.TapOffset(tap / layer.KernelWidth, tap % layer.KernelWidth);
                    kept.Add(new Tap(at, checked((place * geometry.ChannelLength) + offset)));
                }

                if (at > start || blocks.Count == 0)
                {
                    rows.Add(new RowTaps(row, kept.Count - (at - start), at - start));
                }

                if (byKernelRow)
                {
                    kept.Sort(kept.Count - (at - start), at - start, order);
                }

                next[row] = at;
            }

            if (rows.Count > 0)
            {
                var split = new RowSplit(rows, kept, inFours ? geometry.Vectors : 0);
                var block = new ChannelBlock(group, slot, split.Sparse, split.Dense);
                blocks.Add(block);
                slot = block.EndSlot;
            }
        }

        return [.. blocks];
    }

    /// <summary>The input channels that have a kept weight.</summary>
    public static int[] FindUsed(SparsePattern weight, int channels)
    {
        var used = new bool[channels];
        int taps = weight.Columns / channels;
        foreach (int column in weight.Column)
        {
            used[column / taps] = true;
        }

        return [.. Enumerable.Range(0, channels).Where(channel => used[channel])];
    }

    /// <summary>The row of the kernel in which a weight is.</summary>
    public static int KernelRowOf(SparsePattern weight, Conv2d layer, int number) =>
        weight.Column[number] / layer.KernelWidth % layer.KernelHeight;

    /// <summary>The number of pairs of a row and a block of columns that have a weight.</summary>
    private static long CountRows(SparsePattern weight, int columns)
    {
        long count = 0;
        for (int row = 0; row < weight.Rows; row++)
        {
            int last = -1;
            for (int at = weight.RowStart[row]; at < weight.RowStart[row + 1]; at++)
            {
                int block = weight.Column[at] / columns;
                count += block == last ? 0 : 1;
                last = block;
            }
        }

        return count;
    }
}
