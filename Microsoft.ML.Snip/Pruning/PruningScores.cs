using System.Collections.Immutable;
using Microsoft.ML.Snip.Pruning;

namespace Microsoft.ML.Snip;

/// <summary>
/// The importance of each prunable connection of a network: one non-negative number for each; all together sum to 1. Immutable, in plain
/// values without tensors.
/// </summary>
public sealed class PruningScores
{
    private readonly ConnectionLayout _layout;
    private readonly float[] _singles = [];
    private readonly double[] _doubles = [];

    private PruningScores(ConnectionLayout layout, IRawScores rawScores, double divisor, ScoreAdvice advice)
    {
        _layout = layout;
        IsDouble = rawScores.IsDouble;
        if (IsDouble)
        {
            _doubles = GC.AllocateUninitializedArray<double>(layout.Count);
            Total = Fill(_doubles, rawScores.CopyTo, ScoreArithmetic.Sum, ScoreArithmetic.Divide, advice) / divisor;
        }
        else
        {
            _singles = GC.AllocateUninitializedArray<float>(layout.Count);
            Total = Fill(_singles, rawScores.CopyTo, ScoreArithmetic.Sum, ScoreArithmetic.Divide, advice) / divisor;
        }
    }

    /// <summary>The scored parameters, in the order of the connections' indices: that of the network's <c>named_parameters</c>.</summary>
    public ImmutableArray<PrunableParameter> Parameters => _layout.Parameters;

    /// <summary>The number of scored connections.</summary>
    public long ConnectionCount => _layout.Count;

    /// <summary>
    /// Whether the scores are in double precision, as for a network with Float64 parameters; otherwise they are in single precision.
    /// </summary>
    public bool IsDouble { get; }

    /// <summary>The sum of the scores before normalisation: sum |dL/dc| for <see cref="ConnectionSensitivity"/>. Always positive.</summary>
    public double Total { get; }

    internal ConnectionLayout Layout => _layout;

    /// <summary>Creates the scores of a custom criterion from plain values. For tensors see <c>PruningScores.FromTensors</c>.</summary>
    /// <param name="scores">
    /// The prunable parameters, in the order of the network's <c>named_parameters</c>, each with as many scores as it has elements,
    /// row-major. Scores must be finite and not negative; higher scores are more important. They need not sum to 1.
    /// </param>
    /// <returns>The scores divided by their sum, in single precision.</returns>
    /// <exception cref="ArgumentException">
    /// There are no scores, a name occurs twice, or the number of scores of a parameter is not its number of elements.
    /// </exception>
    /// <exception cref="InvalidOperationException">A score is negative or not finite, or all scores are 0.</exception>
    public static PruningScores FromValues(IEnumerable<(PrunableParameter Parameter, float[] Scores)> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        (PrunableParameter Parameter, float[] Scores)[] entries = [.. scores];
        foreach ((PrunableParameter parameter, float[] values) in entries)
        {
            if (values.Length != parameter.Count)
            {
                throw new ArgumentException(
                    $"Parameter '{parameter.Name}' has {parameter.Count} elements, but {values.Length} scores.", nameof(scores));
            }
        }

        return Create(
            entries.Select(entry => entry.Parameter), new PlainScores([.. entries.Select(entry => entry.Scores)]), divisor: 1,
            ScoreAdvice.CustomCriterion);
    }

    /// <param name="parameters">The parameters.</param>
    /// <param name="rawScores">The scores before normalisation.</param>
    /// <param name="divisor">The number by which the sum is divided to give <see cref="Total"/>.</param>
    /// <param name="advice">The messages for scores that cannot be used.</param>
    internal static PruningScores Create(
        IEnumerable<PrunableParameter> parameters, IRawScores rawScores, double divisor, ScoreAdvice advice) =>
        new(new ConnectionLayout(parameters), rawScores, divisor, advice);

    /// <summary>The scores of one parameter, row-major.</summary>
    /// <param name="parameterName">A name of <see cref="Parameters"/>.</param>
    /// <returns>One score in [0, 1] for each element of the parameter.</returns>
    /// <exception cref="KeyNotFoundException">No scored parameter has this name.</exception>
    public double[] ValuesOf(string parameterName)
    {
        Range range = _layout.RangeOf(parameterName);
        return IsDouble ? _doubles[range] : Array.ConvertAll(_singles[range], value => (double)value);
    }

    /// <summary>Marks the highest scores of a group of parameters according to its sparsity; see <see cref="MaskSelector"/>.</summary>
    /// <param name="group">The parameters.</param>
    /// <param name="kept">The mask of all connections; only the group's part is written.</param>
    internal void KeepHighest(SparsityGroup group, Span<bool> kept)
    {
        Range[] ranges = [.. group.Parameters.Select(parameter => _layout.RangeOf(parameter.Name))];
        bool[] chosen = IsDouble
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

    /// <summary>Copies the raw scores parameter by parameter, divides all scores by their sum, and returns the sum.</summary>
    private double Fill<T>(
        T[] values, RawScoreCopy<T> copy, Func<ReadOnlySpan<T>, double> sumOf, Action<Span<T>, double> divide, ScoreAdvice advice)
    {
        double total = 0;
        for (int index = 0; index < Parameters.Length; index++)
        {
            Span<T> part = values.AsSpan(_layout.RangeOf(Parameters[index].Name));
            copy(index, part);
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

    private delegate void RawScoreCopy<T>(int index, Span<T> target);

    private sealed class PlainScores(float[][] scores) : IRawScores
    {
        public bool IsDouble => false;

        public void CopyTo(int index, Span<float> target) => scores[index].CopyTo(target);

        public void CopyTo(int index, Span<double> target) => throw new NotSupportedException("These scores are in single precision.");
    }
}
