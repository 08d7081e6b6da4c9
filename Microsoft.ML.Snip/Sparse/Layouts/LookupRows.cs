using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Memory;

namespace Microsoft.ML.Snip.Sparse.Layouts;

/// <summary>
/// A sparse matrix for products with one vector, grouped like <see cref="SellCSigma"/>, for machines on which a permutation of a register
/// is faster than a gather from memory. A step of a group loads one vector of neighbouring inputs and gives each row the one that it has a
/// weight for; rows that have none there get a weight of 0.
/// </summary>
/// <example>
/// With vectors of two lanes. A step loads the inputs from its start on; lanes say which of them each row takes:
/// <code>
/// column  0  1  2  3
/// row 0   .  a  .  b
/// row 1   .  .  .  .
/// row 2   c  .  .  .
/// row 3   d  e  .  f
///
/// Outputs     3  0         | 2  1
/// StepCounts  3            | 1
/// Starts      0    1    3  | 0
/// Weights     d a  e 0  f b | c 0
/// Lanes       0 1  0 0  0 0 | 0 0
/// </code>
/// </example>
internal sealed class LookupRows
{
    private LookupRows(int[] stepCounts, int[] outputs, int width)
    {
        long steps = stepCounts.Sum(count => (long)count);
        StepCounts = new AlignedArray<int>(stepCounts);
        Starts = new AlignedArray<int>(steps);
        Lanes = new AlignedArray<byte>(steps * width);
        Weights = new AlignedArray<float>(steps * width);
        Outputs = new AlignedArray<int>(outputs);
        Bias = new AlignedArray<float>(stepCounts.Length * width);
    }

    /// <summary>Steps of each group.</summary>
    public AlignedArray<int> StepCounts { get; }

    /// <summary>The first input of each step.</summary>
    public AlignedArray<int> Starts { get; }

    /// <summary>For each weight, how far its input lies behind the step's first.</summary>
    public AlignedArray<byte> Lanes { get; }

    /// <summary>One vector a step.</summary>
    public AlignedArray<float> Weights { get; }

    /// <summary>The output of each lane of each group; the last group may have fewer.</summary>
    public AlignedArray<int> Outputs { get; }

    /// <summary>The bias of each lane of each group.</summary>
    public AlignedArray<float> Bias { get; }

    public static LookupRows Create(SparseMatrix weight, float[]? bias, int width)
    {
        int[] outputs = SellCSigma.ByLength(weight);
        var rows = new LookupRows(CountStepsOfGroups(weight, outputs, width), outputs, width);
        Span<int> starts = rows.Starts.Span;
        Span<byte> lanes = rows.Lanes.Span;
        Span<float> weights = rows.Weights.Span;
        int at = 0;
        for (int position = 0; position < outputs.Length; position += width)
        {
            ReadOnlySpan<int> ofGroup = GroupAt(outputs, position, width);
            for (int lane = 0; lane < ofGroup.Length && bias != null; lane++)
            {
                rows.Bias.Span[position + lane] = bias[ofGroup[lane]];
            }

            int[] next = FirstWeights(weight, ofGroup);
            for (int start; (start = FirstInput(weight, ofGroup, next)) < int.MaxValue; at++)
            {
                starts[at] = start;
                for (int lane = 0; lane < ofGroup.Length; lane++)
                {
                    if (IsInReach(weight, ofGroup[lane], next[lane], start, width))
                    {
                        lanes[(at * width) + lane] = (byte)(weight.Column[next[lane]] - start);
                        weights[(at * width) + lane] = weight.Value[next[lane]++];
                    }
                }
            }
        }

        return rows;
    }

    /// <summary>How many vectors of weights a matrix takes, without making them.</summary>
    /// <param name="weight">The matrix.</param>
    /// <param name="width">Lanes of a vector.</param>
    public static long CountSteps(SparseMatrix weight, int width) =>
        CountStepsOfGroups(weight, SellCSigma.ByLength(weight), width).Sum(count => (long)count);

    private static int[] CountStepsOfGroups(SparseMatrix weight, int[] outputs, int width)
    {
        var counts = new int[(outputs.Length + width - 1) / width];
        for (int group = 0; group < counts.Length; group++)
        {
            ReadOnlySpan<int> rows = GroupAt(outputs, group * width, width);
            int[] next = FirstWeights(weight, rows);
            for (int start; (start = FirstInput(weight, rows, next)) < int.MaxValue; counts[group]++)
            {
                for (int lane = 0; lane < rows.Length; lane++)
                {
                    next[lane] += IsInReach(weight, rows[lane], next[lane], start, width) ? 1 : 0;
                }
            }
        }

        return counts;
    }

    private static ReadOnlySpan<int> GroupAt(int[] outputs, int position, int width) =>
        outputs.AsSpan(position, Math.Min(width, outputs.Length - position));

    private static int[] FirstWeights(SparseMatrix weight, ReadOnlySpan<int> rows)
    {
        var next = new int[rows.Length];
        for (int lane = 0; lane < next.Length; lane++)
        {
            next[lane] = weight.RowStart[rows[lane]];
        }

        return next;
    }

    /// <summary>The first input that any of the rows has a weight left for; <see cref="int.MaxValue"/> if none has.</summary>
    private static int FirstInput(SparseMatrix weight, ReadOnlySpan<int> rows, int[] next)
    {
        int first = int.MaxValue;
        for (int lane = 0; lane < next.Length; lane++)
        {
            first = next[lane] < weight.RowStart[rows[lane] + 1] ? Math.Min(first, weight.Column[next[lane]]) : first;
        }

        return first;
    }

    /// <summary>Whether a row's next weight is for one of the inputs that a vector from a start on holds.</summary>
    private static bool IsInReach(SparseMatrix weight, int row, int next, int start, int width) =>
        next < weight.RowStart[row + 1] && weight.Column[next] - start < width;
}
