using System.Runtime.InteropServices;
using Microsoft.ML.Snip.Sparse.Memory;

namespace Microsoft.ML.Snip.Sparse.Layouts;

/// <summary>One kept weight and the place of the number it multiplies, counted in elements from the start of the source.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Tap(float Weight, int Element);

/// <summary>One output and how many taps it has.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct RowTaps(int Output, int TapCount);

/// <summary>
/// Kept weights output by output, in the order in which the tile kernels read them. Outputs with equally many taps follow each other, so
/// that the processor's branch prediction knows where each row ends.
/// </summary>
/// <example>
/// A tap is a weight and the element that it multiplies:
/// <code>
/// column  0  1  2  3
/// row 0   .  a  .  b
/// row 1   .  .  .  .
/// row 2   c  .  .  .
/// row 3   d  e  .  f
///
/// Rows (output, taps)     (1, 0)  (2, 1)  (0, 2)         (3, 3)
/// Taps (weight, element)          (c, 0)  (a, 1) (b, 3)  (d, 0) (e, 1) (f, 3)
/// </code>
/// </example>
internal sealed class SparseRows
{
    /// <param name="rows">The rows in any order.</param>
    /// <param name="taps">Their taps, in the same order.</param>
    public SparseRows(RowTaps[] rows, ReadOnlySpan<Tap> taps)
    {
        var starts = new int[rows.Length];
        for (int row = 1; row < rows.Length; row++)
        {
            starts[row] = starts[row - 1] + rows[row - 1].TapCount;
        }

        int[] order = [.. Enumerable.Range(0, rows.Length).OrderBy(row => rows[row].TapCount)];
        Rows = new AlignedArray<RowTaps>(Array.ConvertAll(order, row => rows[row]));
        Taps = new AlignedArray<Tap>(taps.Length);
        int at = 0;
        foreach (int row in order)
        {
            taps.Slice(starts[row], rows[row].TapCount).CopyTo(Taps.Span[at..]);
            at += rows[row].TapCount;
        }
    }

    public AlignedArray<RowTaps> Rows { get; }

    public AlignedArray<Tap> Taps { get; }
}
