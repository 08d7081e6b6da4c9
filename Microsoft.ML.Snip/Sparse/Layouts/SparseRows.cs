using System.Runtime.InteropServices;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Memory;

namespace Microsoft.ML.Snip.Sparse.Layouts;

/// <summary>One kept weight, by its number, and the place of the value it multiplies, in elements from the start of the source.</summary>
internal readonly record struct Tap(int WeightNumber, int Element);

/// <summary>One output, where its taps start and how many it has.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct RowTaps(int Output, int FirstTap, int TapCount);

/// <summary>
/// The pattern of kept weights output by output, in the order in which the tile kernels read them, apart from the weights. Outputs with
/// equally many taps follow each other, so that the processor's branch prediction knows where each row ends. Each tap has a slot; the
/// weights of all slots lie in an array of their own, which <see cref="WeightNumbers.Arrange"/> makes.
/// </summary>
/// <example>
/// A tap is the number of a weight (a is 0, b is 1, ...) and the element that it multiplies:
/// <code>
/// column  0  1  2  3
/// row 0   .  a  .  b
/// row 1   .  .  .  .
/// row 2   c  .  .  .
/// row 3   d  e  .  f
///
/// Rows (output, first tap, taps)  (1, 0, 0)  (2, 0, 1)  (0, 1, 2)  (3, 3, 3)
/// Elements                                   0          1  3       0  1  3
/// Numbers                                    2          0  1       3  4  5
/// </code>
/// </example>
internal sealed class SparseRows
{
    /// <param name="rows">The rows in any order, with the positions of their taps in <paramref name="taps"/>.</param>
    /// <param name="taps">The taps.</param>
    public SparseRows(IEnumerable<RowTaps> rows, ReadOnlySpan<Tap> taps)
    {
        RowTaps[] sorted = [.. rows.OrderBy(row => row.TapCount)];
        int count = sorted.Sum(row => row.TapCount);
        Rows = new AlignedArray<RowTaps>(sorted.Length);
        Elements = new AlignedArray<int>(count);
        Numbers = new int[count];
        int slot = 0;
        for (int row = 0; row < sorted.Length; row++)
        {
            Rows.Span[row] = sorted[row] with { FirstTap = slot };
            foreach (Tap tap in taps.Slice(sorted[row].FirstTap, sorted[row].TapCount))
            {
                Elements.Span[slot] = tap.Element;
                Numbers[slot++] = tap.WeightNumber;
            }
        }
    }

    public AlignedArray<RowTaps> Rows { get; }

    /// <summary>The place of the value that each slot's weight multiplies.</summary>
    public AlignedArray<int> Elements { get; }

    /// <summary>The number of each slot's weight.</summary>
    public int[] Numbers { get; }

    /// <summary>All rows of a pattern; the elements are its columns.</summary>
    public static SparseRows Of(SparsePattern pattern)
    {
        var taps = new Tap[pattern.KeptCount];
        for (int at = 0; at < taps.Length; at++)
        {
            taps[at] = new Tap(at, pattern.Column[at]);
        }

        return new SparseRows(
            Enumerable.Range(0, pattern.Rows)
                .Select(row => new RowTaps(row, pattern.RowStart[row], pattern.RowStart[row + 1] - pattern.RowStart[row])),
            taps);
    }

    /// <summary>The columns of a pattern as rows: those of the transposed matrix. The elements are the pattern's rows.</summary>
    public static SparseRows OfTransposed(SparsePattern pattern)
    {
        var counts = new int[pattern.Columns];
        foreach (int column in pattern.Column)
        {
            counts[column]++;
        }

        var rows = new RowTaps[pattern.Columns];
        for (int column = 0, first = 0; column < rows.Length; first += counts[column++])
        {
            rows[column] = new RowTaps(column, first, counts[column]);
        }

        var taps = new Tap[pattern.KeptCount];
        int[] next = Array.ConvertAll(rows, row => row.FirstTap);
        for (int row = 0; row < pattern.Rows; row++)
        {
            for (int number = pattern.RowStart[row]; number < pattern.RowStart[row + 1]; number++)
            {
                taps[next[pattern.Column[number]]++] = new Tap(number, row);
            }
        }

        return new SparseRows(rows, taps);
    }
}
