using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.ML.Snip.Pruning;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip;

/// <summary>
/// How important each prunable connection of a network is: one number that is not negative for each, all of them together summing to 1.
/// Immutable, and independent of the network and of torch's memory.
/// </summary>
public sealed class PruningScores
{
    private readonly ConnectionLayout _layout;
    private readonly float[] _singles = [];
    private readonly double[] _doubles = [];

    private PruningScores(ConnectionLayout layout, bool isDouble, Func<int, Tensor?> takeRawScores, double divisor, ScoreAdvice advice)
    {
        _layout = layout;
        DataType = isDouble ? ScalarType.Float64 : ScalarType.Float32;
        if (isDouble)
        {
            _doubles = GC.AllocateUninitializedArray<double>(layout.Count);
            Total = Fill(_doubles, takeRawScores, ScoreArithmetic.Sum, ScoreArithmetic.Divide, advice) / divisor;
        }
        else
        {
            _singles = GC.AllocateUninitializedArray<float>(layout.Count);
            Total = Fill(_singles, takeRawScores, ScoreArithmetic.Sum, ScoreArithmetic.Divide, advice) / divisor;
        }
    }

    /// <summary>
    /// The scored parameters, in the order in which connections are numbered: that of the network's <c>named_parameters</c>.
    /// </summary>
    public ImmutableArray<PrunableParameter> Parameters => _layout.Parameters;

    /// <summary>How many connections have a score.</summary>
    public long ConnectionCount => _layout.Count;

    /// <summary>Float64 if the network's parameters are, else Float32: the precision in which the scores are held.</summary>
    public ScalarType DataType { get; }

    /// <summary>
    /// The sum of the scores before they were normalised: sum |dL/dc| for <see cref="ConnectionSensitivity"/>. Always positive.
    /// </summary>
    public double Total { get; }

    internal ConnectionLayout Layout => _layout;

    /// <summary>The scores of a criterion of one's own.</summary>
    /// <param name="scores">
    /// A name and a tensor of the parameter's shape for each prunable parameter, in the order of the network's <c>named_parameters</c>.
    /// Scores are finite and not negative, the higher the more important; a criterion with signed scores subtracts its least one first.
    /// They need not sum to 1. The tensors may be on any device and stay the caller's.
    /// </param>
    /// <returns>The scores divided by their sum; in Float64 if all tensors are, else in Float32.</returns>
    /// <exception cref="ArgumentException">There are no scores, or a name comes twice.</exception>
    /// <exception cref="InvalidOperationException">A score is negative or not finite, or all of them are 0.</exception>
    public static PruningScores FromTensors(IEnumerable<(string Name, Tensor Scores)> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        List<(string Name, Tensor Scores)> entries = [.. scores];
        return Create(entries, index => entries[index].Scores.alias(), divisor: 1, ScoreAdvice.OwnCriterion);
    }

    /// <param name="parameters">The parameters, or tensors like them.</param>
    /// <param name="takeRawScores">The scores of the parameter at an index, a tensor that this disposes of; null stands for zeros.</param>
    /// <param name="divisor">What the sum must be divided by to give <see cref="Total"/>.</param>
    /// <param name="advice">What to say of scores that are of no use.</param>
    internal static PruningScores Create<TTensor>(
        List<(string Name, TTensor Tensor)> parameters, Func<int, Tensor?> takeRawScores, double divisor, ScoreAdvice advice)
        where TTensor : Tensor
    {
        var layout = new ConnectionLayout(parameters.Select(entry => new PrunableParameter(entry.Name, [.. entry.Tensor.shape])));
        bool isDouble = parameters.TrueForAll(entry => entry.Tensor.dtype == ScalarType.Float64);
        return new PruningScores(layout, isDouble, takeRawScores, divisor, advice);
    }

    /// <summary>The scores of one parameter, row-major.</summary>
    /// <param name="parameterName">A name of <see cref="Parameters"/>.</param>
    /// <returns>As many numbers as the parameter has elements, in [0, 1].</returns>
    /// <exception cref="KeyNotFoundException">No scored parameter has this name.</exception>
    public double[] ValuesOf(string parameterName)
    {
        Range range = _layout.RangeOf(parameterName);
        return DataType == ScalarType.Float64 ? _doubles[range] : Array.ConvertAll(_singles[range], value => (double)value);
    }

    /// <summary>The scores of one parameter as a tensor.</summary>
    /// <param name="parameterName">A name of <see cref="Parameters"/>.</param>
    /// <returns>A new tensor of the parameter's shape on the CPU, of <see cref="DataType"/>.</returns>
    /// <exception cref="KeyNotFoundException">No scored parameter has this name.</exception>
    public Tensor TensorOf(string parameterName)
    {
        Range range = _layout.RangeOf(parameterName);
        ReadOnlySpan<long> shape = _layout.ShapeOf(parameterName).AsSpan();
        return DataType == ScalarType.Float64 ? torch.tensor(_doubles[range], shape, device: CPU) : torch.tensor(_singles[range], shape, device: CPU);
    }

    /// <summary>Marks the highest scores of a group of parameters, as many as its sparsity leaves; see <see cref="MaskSelector"/>.</summary>
    /// <param name="group">The parameters.</param>
    /// <param name="kept">A mask of all connections; that of the group's is written.</param>
    internal void KeepHighest(SparsityGroup group, Span<bool> kept)
    {
        Range[] ranges = [.. group.Parameters.Select(parameter => _layout.RangeOf(parameter.Name))];
        bool[] chosen = DataType == ScalarType.Float64
            ? KeepHighest<double>(_doubles, ranges, group.Sparsity, MaskSelector.KeepHighest)
            : KeepHighest<float>(_singles, ranges, group.Sparsity, MaskSelector.KeepHighest);
        int at = 0;
        foreach (Range range in ranges)
        {
            Span<bool> part = kept[range];
            chosen.AsSpan(at, part.Length).CopyTo(part);
            at += part.Length;
        }
    }

    private bool[] KeepHighest<T>(T[] all, Range[] ranges, double sparsity, Func<ReadOnlySpan<T>, int, bool[]> keep)
    {
        T[] scores = ranges.Length == Parameters.Length ? all : [.. ranges.SelectMany(range => new ArraySegment<T>(all)[range])];
        return keep(scores, MaskSelector.CountToKeep(scores.Length, sparsity));
    }

    /// <summary>Copies the raw scores parameter by parameter, then divides all by their sum, which it returns.</summary>
    private double Fill<T>(
        T[] values, Func<int, Tensor?> takeRawScores, Func<ReadOnlySpan<T>, double> sumOf, Action<Span<T>, double> divide,
        ScoreAdvice advice)
        where T : unmanaged
    {
        double total = 0;
        for (int index = 0; index < Parameters.Length; index++)
        {
            Span<T> part = values.AsSpan(_layout.RangeOf(Parameters[index].Name));
            using (Tensor? raw = takeRawScores(index))
            {
                Copy(raw, DataType, part);
            }

            double sum = sumOf(part);
            if (!double.IsFinite(sum))
            {
                throw advice.NotUsable(Parameters[index].Name);
            }

            total += sum;
        }

        if (total == 0)
        {
            throw advice.AllZero([.. Parameters.Select(parameter => parameter.Name)]);
        }

        divide(values, total);
        return total;
    }

    private static void Copy<T>(Tensor? source, ScalarType dataType, Span<T> target)
        where T : unmanaged
    {
        if (source is null)
        {
            target.Clear();
            return;
        }

        using var scope = NewDisposeScope();
        Tensor plain = source.detach().to(dataType).cpu().contiguous();
        MemoryMarshal.Cast<byte, T>(plain.bytes).CopyTo(target);
    }
}
