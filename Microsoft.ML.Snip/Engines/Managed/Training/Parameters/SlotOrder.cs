using Microsoft.ML.Snip.Sparse.Layouts;
using Microsoft.ML.Snip.Sparse.Memory;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Parameters;

/// <summary>The order in which the kept weights of a pattern are trained.</summary>
/// <param name="numbers">For each slot, the number of its weight in the pattern; each number occurs once.</param>
internal sealed class SlotOrder(int[] numbers)
{
    /// <summary>Reads one number for each kept weight, in the order of the pattern.</summary>
    /// <param name="slots">The numbers in the order of the slots.</param>
    public float[] Read(ReadOnlySpan<float> slots)
    {
        var ordered = new float[numbers.Length];
        for (int slot = 0; slot < numbers.Length; slot++)
        {
            ordered[numbers[slot]] = slots[slot];
        }

        return ordered;
    }

    /// <summary>Writes one number for each kept weight.</summary>
    /// <param name="slots">Receives the numbers in the order of the slots.</param>
    /// <param name="ordered">The numbers in the order of the pattern.</param>
    public void Write(Span<float> slots, ReadOnlySpan<float> ordered)
    {
        for (int slot = 0; slot < numbers.Length; slot++)
        {
            slots[slot] = ordered[numbers[slot]];
        }
    }

    /// <summary>Weights for a layout with another order.</summary>
    /// <param name="others">For each slot of that layout the number of its weight, or <see cref="WeightNumbers.None"/>.</param>
    public ArrangedWeights ArrangeFor(int[] others)
    {
        var slotOf = new int[numbers.Length];
        for (int slot = 0; slot < numbers.Length; slot++)
        {
            slotOf[numbers[slot]] = slot;
        }

        return new ArrangedWeights(Array.ConvertAll(
            others, number => number == WeightNumbers.None ? WeightNumbers.None : slotOf[number]));
    }
}

/// <summary>A copy of trained weights in the order of a layout's slots.</summary>
/// <param name="slots">For each slot of the layout, the slot of its weight in training, or <see cref="WeightNumbers.None"/>.</param>
internal sealed unsafe class ArrangedWeights(int[] slots)
{
    private readonly AlignedArray<float> _values = new(slots.Length);

    public float* Pointer => _values.Pointer;

    /// <summary>Copies the weights.</summary>
    /// <param name="weights">The weights in the order in which they are trained.</param>
    public void Refresh(ReadOnlySpan<float> weights)
    {
        Span<float> values = _values.Span;
        for (int slot = 0; slot < slots.Length; slot++)
        {
            int from = slots[slot];
            values[slot] = from == WeightNumbers.None ? 0 : weights[from];
        }
    }
}
