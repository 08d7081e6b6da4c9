using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Sparse.Layouts;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Convolution;

/// <summary>
/// Which outputs of a block are computed one by one, and which in fours with zeros for cut weights: the latter where four outputs keep so
/// nearly the same inputs that sharing each input's load costs less than multiplying by those zeros.
/// </summary>
internal sealed class RowSplit
{
    public RowSplit(List<Row> rows, List<Tap> taps, int vectors)
    {
        var starts = new int[rows.Count];
        for (int row = 1; row < starts.Length; row++)
        {
            starts[row] = starts[row - 1] + rows[row - 1].TapCount;
        }

        // Outputs with equally many weights are the likeliest to have the same ones.
        int[] order = [.. Enumerable.Range(0, rows.Count).OrderByDescending(row => rows[row].TapCount)];
        var sparseRows = new List<Row>();
        var sparseTaps = new List<Tap>();
        var denseOutputs = new List<FourOutputs>();
        var denseTaps = new List<FourTaps>();
        for (int first = 0; first < order.Length; first += 4)
        {
            int[] some = order[first..Math.Min(order.Length, first + 4)];
            Tap[][] tapsOf = Array.ConvertAll(some, row => taps.GetRange(starts[row], rows[row].TapCount).ToArray());
            long count = tapsOf.Sum(row => (long)row.Length);

            // Fewer than so many in common cannot be worth it; do not look closer.
            bool mayBeDense = some.Length == 4 && vectors >= 2 && CostModel.FourRows(count / 4, vectors) < SparseCycles(count, vectors);
            FourTaps[] together = mayBeDense ? Unite(tapsOf) : [];
            if (mayBeDense && CostModel.FourRows(together.Length, vectors) < SparseCycles(count, vectors))
            {
                denseOutputs.Add(new FourOutputs(rows[some[0]].Output, rows[some[1]].Output, rows[some[2]].Output, rows[some[3]].Output, together.Length));
                denseTaps.AddRange(together);
                continue;
            }

            for (int row = 0; row < some.Length; row++)
            {
                sparseRows.Add(rows[some[row]]);
                sparseTaps.AddRange(tapsOf[row]);
            }
        }

        Sparse = new SparseRows([.. sparseRows], sparseTaps.ToArray());
        Dense = new FourRows(denseOutputs.ToArray(), denseTaps.ToArray());
    }

    public SparseRows Sparse { get; }

    public FourRows Dense { get; }

    private static double SparseCycles(long taps, int vectors) => CostModel.Tile(taps, 4, vectors, CostModel.FirstLevelBytes);

    /// <summary>All inputs that any of the four rows has, with the weight of each row.</summary>
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
