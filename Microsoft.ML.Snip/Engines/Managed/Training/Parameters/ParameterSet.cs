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
    private int _length;

    public IReadOnlyList<ParameterRange> Ranges => _ranges;

    /// <summary>The trained numbers.</summary>
    public AlignedArray<float> Values { get; private set; } = new(0);

    /// <summary>The gradients of the current step.</summary>
    public AlignedArray<float> Gradients { get; private set; } = new(0);

    /// <summary>The optimizer's first state: momentum, or Adam's mean.</summary>
    public AlignedArray<float> Means { get; private set; } = new(0);

    /// <summary>The optimizer's second state: Adam's mean square.</summary>
    public AlignedArray<float> MeanSquares { get; private set; } = new(0);

    /// <summary>Reserves the place of a parameter; no place can be reserved after <see cref="Allocate"/>.</summary>
    public ParameterRange Reserve(string name, int count)
    {
        var range = new ParameterRange(name, _length, count);
        _ranges.Add(range);
        _length = checked(_length + ((count + (2 * Alignment) - 1) / Alignment * Alignment));
        return range;
    }

    /// <summary>Creates the arrays, all zeros, for the reserved places.</summary>
    public void Allocate()
    {
        Values = new AlignedArray<float>(_length);
        Gradients = new AlignedArray<float>(_length);
        Means = new AlignedArray<float>(_length);
        MeanSquares = new AlignedArray<float>(_length);
    }

    /// <summary>The trained numbers of a parameter.</summary>
    public Span<float> ValuesOf(ParameterRange range) => Values.Span.Slice(range.First, range.Count);

    /// <summary>The name of a parameter with a number that is not finite; null if there is none.</summary>
    public string? FindNotFinite() =>
        _ranges.FirstOrDefault(range => ValuesOf(range).ContainsAnyExceptInRange(float.MinValue, float.MaxValue))?.Name;
}
