using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Snip.Pruning;

/// <summary>
/// Selects exactly the k highest scores; among equal scores those with the lower index (as <c>tf.nn.top_k</c> in the SNIP authors'
/// model.py). It takes time proportional to the number of scores: non-negative floats are ordered like their bits, so a histogram of their
/// leading bits finds the bucket of the k-th highest score, and histograms of the next bits within that bucket find its value.
/// </summary>
internal static class MaskSelector
{
    private const int DigitBits = 11;

    /// <summary>k = connections * (1 - sparsity), computed in double, rounded half to even.</summary>
    public static int CountToKeep(int connections, double sparsity) =>
        (int)Math.Round(connections * (1.0 - sparsity), MidpointRounding.ToEven);

    /// <summary>True for the <paramref name="count"/> highest scores.</summary>
    /// <param name="scores">The scores, finite and not negative (nor -0).</param>
    /// <param name="count">The number of scores to keep, in [0, number of scores].</param>
    public static bool[] KeepHighest(ReadOnlySpan<float> scores, int count) => KeepHighest(MemoryMarshal.Cast<float, uint>(scores), count);

    /// <inheritdoc cref="KeepHighest(ReadOnlySpan{float}, int)"/>
    public static bool[] KeepHighest(ReadOnlySpan<double> scores, int count) =>
        KeepHighest(MemoryMarshal.Cast<double, ulong>(scores), count);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool[] KeepHighest<TBits>(ReadOnlySpan<TBits> scores, int count)
        where TBits : unmanaged, IBinaryInteger<TBits>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, scores.Length);
        var kept = new bool[scores.Length];
        if (count == 0)
        {
            return kept;
        }

        TBits threshold = FindCountthHighest(scores, count, out int equalsToKeep);
        for (int at = 0; at < scores.Length; at++)
        {
            if (scores[at] > threshold)
            {
                kept[at] = true;
            }
            else if (scores[at] == threshold && equalsToKeep > 0)
            {
                kept[at] = true;
                equalsToKeep--;
            }
        }

        return kept;
    }

    /// <summary>The value of the count-th highest score, and how many scores equal to it are among the count highest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TBits FindCountthHighest<TBits>(ReadOnlySpan<TBits> scores, int count, out int equalsToKeep)
        where TBits : unmanaged, IBinaryInteger<TBits>
    {
        TBits found = TBits.Zero;
        TBits foundBits = TBits.Zero;
        equalsToKeep = count;
        Span<int> histogram = stackalloc int[1 << DigitBits];
        for (int shift = Unsafe.SizeOf<TBits>() * 8; shift > 0;)
        {
            int width = Math.Min(DigitBits, shift);
            shift -= width;
            TBits digitBits = TBits.CreateTruncating((1 << width) - 1);
            histogram.Clear();
            foreach (TBits score in scores)
            {
                if ((score & foundBits) == found)
                {
                    histogram[int.CreateTruncating((score >>> shift) & digitBits)]++;
                }
            }

            int digit = (1 << width) - 1;
            while (histogram[digit] < equalsToKeep)
            {
                equalsToKeep -= histogram[digit--];
            }

            found |= TBits.CreateTruncating(digit) << shift;
            foundBits |= digitBits << shift;
        }

        return found;
    }
}
