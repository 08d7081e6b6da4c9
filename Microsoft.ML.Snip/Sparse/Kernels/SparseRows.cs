using System.Runtime.InteropServices;
using Microsoft.ML.Snip.Sparse.Execution;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>One kept weight and the place of the number it multiplies, counted in elements from the start of the source.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Tap(float Weight, int Element);

/// <summary>One output and how many taps it has.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Row(int Output, int TapCount);

/// <summary>Kept weights output by output, in the order in which kernels read them.</summary>
internal sealed class SparseRows(ReadOnlySpan<Row> rows, ReadOnlySpan<Tap> taps)
{
    public AlignedArray<Row> Rows { get; } = new(rows);

    public AlignedArray<Tap> Taps { get; } = new(taps);
}
