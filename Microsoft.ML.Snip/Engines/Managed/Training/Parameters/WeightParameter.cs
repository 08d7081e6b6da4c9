using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Memory;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Parameters;

/// <summary>
/// A weight parameter in training: the kept weights that are computed with, and those that nothing reads, which only the optimizer changes.
/// </summary>
/// <param name="pattern">All kept weights.</param>
/// <param name="computed">Those that are computed with.</param>
/// <param name="isComputed">For each kept weight, whether it is computed with; null if all are.</param>
/// <param name="unread">The place of the others; null if there are none.</param>
internal sealed class WeightParameter(SparsePattern pattern, ITrainableWeight computed, bool[]? isComputed, ParameterRange? unread)
{
    public string Name => computed.Range.Name;

    public SparsePattern Pattern { get; private set; } = pattern;

    /// <summary>Reads one number for each kept weight, in the order of the pattern.</summary>
    /// <param name="numbers">An array of the <see cref="ParameterSet"/>.</param>
    public float[] Read(AlignedArray<float> numbers)
    {
        float[] ofComputed = computed.Order.Read(computed.Range.In(numbers));
        if (isComputed is null || unread is null)
        {
            return ofComputed;
        }

        Span<float> ofUnread = unread.In(numbers);
        var all = new float[Pattern.KeptCount];
        int nextComputed = 0, nextUnread = 0;
        for (int number = 0; number < all.Length; number++)
        {
            all[number] = isComputed[number] ? ofComputed[nextComputed++] : ofUnread[nextUnread++];
        }

        return all;
    }

    /// <summary>Writes one number for each kept weight.</summary>
    /// <param name="numbers">An array of the <see cref="ParameterSet"/>.</param>
    /// <param name="all">The numbers in the order of the pattern.</param>
    public void Write(AlignedArray<float> numbers, ReadOnlySpan<float> all)
    {
        if (isComputed is null || unread is null)
        {
            computed.Order.Write(computed.Range.In(numbers), all);
            return;
        }

        Span<float> ofUnread = unread.In(numbers);
        var ofComputed = new float[computed.Range.Count];
        int nextComputed = 0, nextUnread = 0;
        for (int number = 0; number < all.Length; number++)
        {
            if (isComputed[number])
            {
                ofComputed[nextComputed++] = all[number];
            }
            else
            {
                ofUnread[nextUnread++] = all[number];
            }
        }

        computed.Order.Write(computed.Range.In(numbers), ofComputed);
    }

    /// <summary>Takes another pattern with as many kept weights; what the places hold must be written afterwards.</summary>
    /// <exception cref="InvalidOperationException">Some weights are not computed with: their places have a fixed size.</exception>
    public void Plan(SparsePattern changed)
    {
        if (unread is not null)
        {
            throw new InvalidOperationException($"The pattern of '{Name}' cannot change, because a part of it is not computed with.");
        }

        Pattern = changed;
        computed.Plan(changed);
    }
}
