using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Parameters;

/// <summary>
/// The change of one weight's pattern by sparse evolutionary training (Mocanu et al., Nature Communications 2018): the smallest kept
/// weights are dropped, and as many of the pruned ones are grown at random. The number of kept weights does not change.
/// </summary>
/// <param name="Pattern">The new pattern.</param>
/// <param name="Origins">For each kept weight of the new pattern its number in the old one, or <see cref="Grown"/>.</param>
internal sealed record ConnectionChange(SparsePattern Pattern, int[] Origins)
{
    /// <summary>The origin of a weight that was pruned before.</summary>
    public const int Grown = -1;

    /// <summary>Chooses the change of a pattern; null if nothing changes.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="weights">The kept weights by number.</param>
    /// <param name="fraction">
    /// The fraction of the kept weights to replace; the number is rounded down, and is at most the number of pruned ones.
    /// </param>
    /// <param name="random">Draws the grown weights.</param>
    public static ConnectionChange? Choose(SparsePattern pattern, float[] weights, double fraction, Random random)
    {
        int size = checked(pattern.Rows * pattern.Columns), pruned = size - pattern.KeptCount;
        int count = (int)Math.Min(fraction * pattern.KeptCount, pruned);
        if (count == 0)
        {
            return null;
        }

        int[] positions = pattern.Positions();
        var origins = new Dictionary<int, int>(pattern.KeptCount);
        foreach (int number in Enumerable.Range(0, weights.Length).OrderBy(number => Math.Abs(weights[number])).Skip(count))
        {
            origins.Add(positions[number], number);
        }

        HashSet<int> kept = [.. positions]; // What is dropped now is not grown at once.
        for (int left = count; left > 0;)
        {
            int position = random.Next(size);
            if (kept.Add(position))
            {
                origins.Add(position, Grown);
                left--;
            }
        }

        var mask = new bool[size];
        foreach (int position in origins.Keys)
        {
            mask[position] = true;
        }

        var changed = SparsePattern.FromMask(mask, pattern.Rows, pattern.Columns);
        return new ConnectionChange(changed, Array.ConvertAll(changed.Positions(), position => origins[position]));
    }

    /// <summary>Numbers of the old weights for the new ones.</summary>
    /// <param name="old">One number for each old weight.</param>
    /// <param name="grown">The number of each grown weight.</param>
    public float[] Carry(float[] old, float grown) => Array.ConvertAll(Origins, origin => origin == Grown ? grown : old[origin]);
}
