using Microsoft.ML.Snip.Sparse.Execution;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>
/// A sparse matrix for products with one vector, like <see cref="SlicedRows"/>, for machines that pick lanes of a register faster than numbers of memory:
/// a step of a group loads one vector of neighbouring inputs and gives each row the one it has a weight for, 0 being the weight of rows that have none
/// there.
/// </summary>
internal sealed class LookupRows
{
    private LookupRows(int[] stepCounts, int[] starts, byte[] lanes, float[] weights, int[] outputs, float[] bias)
    {
        StepCounts = new AlignedArray<int>(stepCounts);
        Starts = new AlignedArray<int>(starts);
        Lanes = new AlignedArray<byte>(lanes);
        Weights = new AlignedArray<float>(weights);
        Outputs = new AlignedArray<int>(outputs);
        Bias = new AlignedArray<float>(bias);
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
        int[] outputs = SlicedRows.ByLength(weight);
        int groups = (weight.Rows + width - 1) / width;
        var stepCounts = new int[groups];
        var starts = new List<int>();
        var lanes = new List<byte>();
        var weights = new List<float>();
        var biases = new float[groups * width];
        for (int group = 0; group < groups; group++)
        {
            ReadOnlySpan<int> rows = outputs.AsSpan(group * width, Math.Min(width, weight.Rows - (group * width)));
            for (int lane = 0; lane < rows.Length && bias != null; lane++)
            {
                biases[(group * width) + lane] = bias[rows[lane]];
            }

            stepCounts[group] = AppendGroup(weight, rows, width, starts, lanes, weights);
        }

        return new LookupRows(stepCounts, [.. starts], [.. lanes], [.. weights], outputs, biases);
    }

    /// <summary>Steps from left to right: each begins at the first input that is left and takes one weight of each row that has one in reach.</summary>
    private static int AppendGroup(SparseMatrix weight, ReadOnlySpan<int> rows, int width, List<int> starts, List<byte> lanes, List<float> weights)
    {
        Span<int> next = stackalloc int[rows.Length];
        for (int lane = 0; lane < rows.Length; lane++)
        {
            next[lane] = weight.RowStart[rows[lane]];
        }

        for (int steps = 0; ; steps++)
        {
            int start = int.MaxValue;
            for (int lane = 0; lane < rows.Length; lane++)
            {
                start = next[lane] < weight.RowStart[rows[lane] + 1] ? Math.Min(start, weight.Column[next[lane]]) : start;
            }

            if (start == int.MaxValue)
            {
                return steps;
            }

            starts.Add(start);
            for (int lane = 0; lane < width; lane++)
            {
                bool has = lane < rows.Length && next[lane] < weight.RowStart[rows[lane] + 1] && weight.Column[next[lane]] - start < width;
                lanes.Add(has ? (byte)(weight.Column[next[lane]] - start) : (byte)0);
                weights.Add(has ? weight.Value[next[lane]++] : 0);
            }
        }
    }
}
