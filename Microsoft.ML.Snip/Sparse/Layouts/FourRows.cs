using System.Runtime.InteropServices;
using Microsoft.ML.Snip.Sparse.Memory;

namespace Microsoft.ML.Snip.Sparse.Layouts;

/// <summary>Four outputs and how many inputs any of them has.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct FourOutputs(int Output0, int Output1, int Output2, int Output3, int TapCount);

/// <summary>
/// The pattern of outputs that keep nearly the same inputs, four together: y[o, p] = start[o, p] + sum over the taps t of weight_o(t) *
/// x[element(t), p], where start is the output's bias, or what y held before when there is none. Each tap has four slots, one for each
/// output; the weights of all slots lie in an array of their own, with 0 where a connection is cut.
/// </summary>
/// <example>
/// Elements that no output uses have no tap (weights are numbered a = 0, b = 1, ...; -1 where a connection is cut):
/// <code>
/// column  0  1  2  3
/// row 0   .  a  .  b
/// row 1   .  .  .  .
/// row 2   c  .  .  .
/// row 3   d  e  .  f
///
/// Outputs   0  1  2  3, with 3 taps
/// Elements  0             1             3
/// Numbers   -1 -1  2  3    0 -1 -1  4    1 -1 -1  5
/// </code>
/// </example>
internal sealed class FourRows(ReadOnlySpan<FourOutputs> outputs, ReadOnlySpan<int> elements, int[] numbers)
{
    public AlignedArray<FourOutputs> Outputs { get; } = new(outputs);

    /// <summary>The place of each tap's input, in floats from the start of the source.</summary>
    public AlignedArray<int> Elements { get; } = new(elements);

    /// <summary>For each tap the numbers of the four weights, <see cref="WeightNumbers.None"/> for a cut one.</summary>
    public int[] Numbers { get; } = numbers;
}
