using Microsoft.ML.Snip.Sparse.Memory;

namespace Microsoft.ML.Snip.Sparse.Layouts;

/// <summary>Weights in the order of a layout's slots.</summary>
internal static class WeightNumbers
{
    /// <summary>The number of slots without a weight.</summary>
    public const int None = -1;

    /// <summary>The weight of each slot; 0 where a slot has none.</summary>
    /// <param name="numbers">The number of each slot's weight, or <see cref="None"/>.</param>
    /// <param name="weights">The weights by number.</param>
    public static AlignedArray<float> Arrange(ReadOnlySpan<int> numbers, ReadOnlySpan<float> weights)
    {
        var arranged = new AlignedArray<float>(numbers.Length);
        for (int slot = 0; slot < numbers.Length; slot++)
        {
            arranged.Span[slot] = numbers[slot] == None ? 0 : weights[numbers[slot]];
        }

        return arranged;
    }
}
