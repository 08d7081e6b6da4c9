using Microsoft.ML.Snip.Sparse.Memory;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Parameters;

/// <summary>
/// All trained numbers of a network in one array, with arrays of the same layout for their gradients and for the optimizer's state, so that
/// a training step updates everything in one pass. Pruned weights have no place here.
/// </summary>
/// <example>
/// A layer with 5 kept weights and 3 biases. Each range starts at a multiple of 16 and has at least 16 numbers of padding behind it, which
/// stay 0, because the kernels of weight gradients write whole vectors:
/// <code>
/// index   0 .. 4         5 .. 31   32 .. 34       35 .. 63
///         kept weights   padding   biases         padding
/// </code>
/// </example>
internal sealed class ParameterSet
{
    private const int Alignment = 16;

    private readonly List<ParameterRange> _ranges = [];

    public IReadOnlyList<ParameterRange> Ranges => _ranges;

    /// <summary>The length of each array.</summary>
    public int Length { get; private set; }

    /// <summary>The trained numbers.</summary>
    public AlignedArray<float> Values { get; private set; } = new(0);

    /// <summary>
    /// The gradients of the current step, an array for each part of the batch; those of the whole batch are their sums in this order.
    /// </summary>
    public AlignedArray<float>[] Gradients { get; private set; } = [];

    /// <summary>The optimizer's first state: momentum, or Adam's mean.</summary>
    public AlignedArray<float> Means { get; private set; } = new(0);

    /// <summary>The optimizer's second state: Adam's mean square; empty if the optimizer has none.</summary>
    public AlignedArray<float> MeanSquares { get; private set; } = new(0);

    /// <summary>Reserves the place of a parameter; no place can be reserved after <see cref="Allocate"/>.</summary>
    public ParameterRange Reserve(string name, int count)
    {
        var range = new ParameterRange(name, Length, count);
        _ranges.Add(range);
        Length = checked(Length + ((count + (2 * Alignment) - 1) / Alignment * Alignment));
        return range;
    }

    /// <summary>Creates the arrays, all zeros, for the reserved places.</summary>
    /// <param name="parts">The number of parts of a batch that have gradients of their own.</param>
    /// <param name="hasMeanSquares">Whether the optimizer has a second state.</param>
    public void Allocate(int parts, bool hasMeanSquares)
    {
        Values = new AlignedArray<float>(Length);
        Gradients = [.. Enumerable.Range(0, parts).Select(_ => new AlignedArray<float>(Length))];
        Means = new AlignedArray<float>(Length);
        MeanSquares = new AlignedArray<float>(hasMeanSquares ? Length : 0);
    }

    /// <summary>The trained numbers of a parameter.</summary>
    public Span<float> ValuesOf(ParameterRange range) => range.In(Values);

    /// <summary>The name of a parameter with a number that is not finite; null if there is none.</summary>
    public string? FindNotFinite() => _ranges.FirstOrDefault(range => !IsFinite(ValuesOf(range)))?.Name;

    /// <summary>Whether all numbers are finite.</summary>
    public static bool IsFinite(ReadOnlySpan<float> numbers) => !numbers.ContainsAnyExceptInRange(float.MinValue, float.MaxValue);
}
