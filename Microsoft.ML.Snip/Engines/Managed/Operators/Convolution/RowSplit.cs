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
    public RowSplit(List<RowTaps> rows, List<Tap> taps, int vectors)
    {
        var starts = new int[rows.Count];
        for (int row = 1; row < starts.Length; row++)
        {
            starts[row] = starts[row - 1] + rows[row - 1].TapCount;
        }

        // Outputs with the same number of weights are the most likely to have the same inputs.
        int[] order = [.. Enumerable.Range(0, rows.Count).OrderByDescending(row => rows[row].TapCount)];
        var sparseRows = new List<RowTaps>();
        var sparseTaps = new List<Tap>();
        var denseOutputs = new List<FourOutputs>();
        var denseTaps = new List<FourTaps>();
        for (int first = 0; first < order.Length; first += 4)
        {
            int[] group = order[first..Math.Min(order.Length, first + 4)];
            Tap[][] tapsOf = Array.ConvertAll(group, row => taps.GetRange(starts[row], rows[row].TapCount).ToArray());
            long count = tapsOf.Sum(row => (long)row.Length);

            // Even if all four outputs had the same inputs, the group would have to cost less; otherwise skip the detailed estimate.
            bool mayBeDense = group.Length == 4 && vectors >= 2 && CostModel.FourRows(count / 4, vectors) < SparseCycles(count, vectors);
            FourTaps[] union = mayBeDense ? Unite(tapsOf) : [];
            if (mayBeDense && CostModel.FourRows(union.Length, vectors) < SparseCycles(count, vectors))
            {
                denseOutputs.Add(new FourOutputs(
                    rows[group[0]].Output, rows[group[1]].Output, rows[group[2]].Output, rows[group[3]].Output, union.Length));
                denseTaps.AddRange(union);
                continue;
            }

            for (int row = 0; row < group.Length; row++)
            {
                sparseRows.Add(rows[group[row]]);
                sparseTaps.AddRange(tapsOf[row]);
            }
        }

        Sparse = new SparseRows([.. sparseRows], sparseTaps.ToArray());
        Dense = new FourRows(denseOutputs.ToArray(), denseTaps.ToArray());
    }

    public SparseRows Sparse { get; }

    public FourRows Dense { get; }

    private static double SparseCycles(long taps, int vectors) => CostModel.Tile(taps, 4, vectors, CostModel.FirstLevelBytes);

    /// <summary>All inputs that any of the four rows reads, with the weight of each row, 0 for none.</summary>
    private static FourTaps[] Unite(Tap[][] rows)
    {
        var weights = new SortedDictionary<int, float[]>();
        for (int row = 0; row < 4; row++)
        {
            foreach (Tap tap in rows[row])
            {
                if (!weights.TryGetValue(tap.Element, out float[]? four))
                {
                    weights.Add(tap.Element, four = new float[4]);
                }

                four[row] = tap.Weight;
            }
        }

        return [.. weights.Select(pair => new FourTaps(pair.Value[0], pair.Value[1], pair.Value[2], pair.Value[3], pair.Key))];
    }
}
