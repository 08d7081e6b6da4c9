using System.Runtime.InteropServices;
using Microsoft.ML.Snip.Sparse.Memory;

namespace Microsoft.ML.Snip.Sparse.Layouts;

/// <summary>
/// The weights of four outputs at one input, 0 where one is cut, and the input's place in floats from the start of the source.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct FourTaps(float Weight0, float Weight1, float Weight2, float Weight3, int Element);

/// <summary>Four outputs and how many inputs any of them has.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct FourOutputs(int Output0, int Output1, int Output2, int Output3, int TapCount);

/// <summary>
/// Outputs that keep nearly the same inputs, four together: y[o, p] = start[o, p] + sum over the taps t of weight_o(t) * x[element(t), p],
/// where start is the output's bias, or what y held before when there is none.
/// </summary>
/// <example>
/// A tap has the weights of all four outputs at one element, 0 where the connection is cut; elements that no output uses have no tap:
/// <code>
/// column  0  1  2  3
/// row 0   .  a  .  b
/// row 1   .  .  .  .
/// row 2   c  .  .  .
/// row 3   d  e  .  f
///
/// Outputs  0  1  2  3, with 3 taps
/// Taps     (0, 0, c, d; element 0)  (a, 0, 0, e; element 1)  (b, 0, 0, f; element 3)
/// </code>
/// </example>
internal sealed class FourRows(ReadOnlySpan<FourOutputs> outputs, ReadOnlySpan<FourTaps> taps)
{
    public AlignedArray<FourOutputs> Outputs { get; } = new(outputs);

    public AlignedArray<FourTaps> Taps { get; } = new(taps);
}
