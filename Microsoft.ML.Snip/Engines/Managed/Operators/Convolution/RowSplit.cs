using System.Runtime.InteropServices;
using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Sparse.Layouts;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Convolution;

/// <summary>
/// Splits the outputs of a block into those computed one by one and those computed in groups of four, with zeros for pruned weights. A
/// group is used where four outputs keep so nearly the same inputs that sharing each input's load saves more than multiplying by the zeros
/// costs.
/// </summary>
internal sealed class RowSplit
{
    /// <param name="rows">The outputs, with the positions of their taps.</param>
    /// <param name="taps">The taps of all outputs.</param>
    /// <param name="vectors">The number of vectors in a tile; groups of four need at least 2.</param>
    public RowSplit(List<RowTaps> rows, List<Tap> taps, int vectors)
    {
        // Outputs with the same number of weights are the most likely to have the same inputs.
        RowTaps[] order = [.. rows.OrderByDescending(row => row.TapCount)];
        var sparseRows = new List<RowTaps>();
        var denseOutputs = new List<FourOutputs>();
        var denseElements = new List<int>();
        var denseNumbers = new List<int>();
        for (int first = 0; first < order.Length; first += 4)
        {
            RowTaps[] group = order[first..Math.Min(order.Length, first + 4)];
            long count = group.Sum(row => (long)row.TapCount);

            // Even if all four outputs had the same inputs, the group would have to cost less; otherwise skip the detailed estimate.
            bool mayBeDense = group.Length == 4 && vectors >= 2 && CostModel.FourRows(count / 4, vectors) < SparseCycles(count, vectors);
            SortedDictionary<int, int[]> union = mayBeDense ? Unite(group, taps) : [];
            if (mayBeDense && CostModel.FourRows(union.Count, vectors) < SparseCycles(count, vectors))
            {
                denseOutputs.Add(new FourOutputs(group[0].Output, group[1].Output, group[2].Output, group[3].Output, union.Count));
                denseElements.AddRange(union.Keys);
                denseNumbers.AddRange(union.Values.SelectMany(numbers => numbers));
                continue;
            }

            sparseRows.AddRange(group);
        }

        Sparse = new SparseRows(sparseRows, CollectionsMarshal.AsSpan(taps));
        Dense = new FourRows(denseOutputs.ToArray(), denseElements.ToArray(), [.. denseNumbers]);
    }

    public SparseRows Sparse { get; }

    public FourRows Dense { get; }

    private static double SparseCycles(long taps, int vectors) => CostModel.Tile(taps, 4, vectors, CostModel.FirstLevelBytes);

    /// <summary>All inputs that any of the four rows reads, each with the number of each row's weight.</summary>
    private static SortedDictionary<int, int[]> Unite(RowTaps[] rows, List<Tap> taps)
    {
        var numbers = new SortedDictionary<int, int[]>();
        for (int row = 0; row < 4; row++)
        {
            foreach (Tap tap in CollectionsMarshal.AsSpan(taps).Slice(rows[row].FirstTap, rows[row].TapCount))
            {
                if (!numbers.TryGetValue(tap.Element, out int[]? four))
                {
                    four = [WeightNumbers.None, WeightNumbers.None, WeightNumbers.None, WeightNumbers.None];
                    numbers.Add(tap.Element, four);
                }

                four[row] = tap.WeightNumber;
            }
        }

        return numbers;
    }
}
