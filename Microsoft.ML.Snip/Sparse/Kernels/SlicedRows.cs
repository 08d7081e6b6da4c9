using System.Runtime.InteropServices;
using Microsoft.ML.Snip.Sparse.Execution;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>Some steps of a group of rows, whose inputs all lie within 65,536 numbers from a base.</summary>
/// <param name="StepCount">How many vectors of weights.</param>
/// <param name="Base">What is added to each step's input numbers.</param>
/// <param name="EndsGroup">1 for a group's last slice, else 0.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Slice(int StepCount, int Base, int EndsGroup);

/// <summary>
/// A sparse matrix for products with one vector: groups of as many rows as a vector has lanes, the rows sorted by their number of weights, so that
/// those of a group are about equally long. Shorter rows are filled up with weights of 0 at an input they have anyway.
/// </summary>
internal sealed class SlicedRows
{
    /// <summary>Inputs that a slice can tell apart.</summary>
    private const int BaseStep = 1 << 16;

    private SlicedRows(Slice[] slices, float[] weights, ushort[] inputs, int[] outputs, float[] bias)
    {
        Slices = new AlignedArray<Slice>(slices);
        Weights = new AlignedArray<float>(weights);
        Inputs = new AlignedArray<ushort>(inputs);
        Outputs = new AlignedArray<int>(outputs);
        Bias = new AlignedArray<float>(bias);
    }

    /// <summary>All groups' slices, group after group.</summary>
    public AlignedArray<Slice> Slices { get; }

    /// <summary>One vector a step.</summary>
    public AlignedArray<float> Weights { get; }

    /// <summary>For each weight the number of its input, from the slice's base.</summary>
    public AlignedArray<ushort> Inputs { get; }

    /// <summary>The output of each lane of each group; the last group may have fewer.</summary>
    public AlignedArray<int> Outputs { get; }

    /// <summary>The bias of each lane of each group.</summary>
    public AlignedArray<float> Bias { get; }

    public static SlicedRows Create(SparseMatrix weight, float[]? bias, int width)
    {
        int[] outputs = ByLength(weight);
        int groups = (weight.Rows + width - 1) / width;
        var slices = new List<Slice>();
        var weights = new List<float>();
        var inputs = new List<ushort>();
        var biases = new float[groups * width];
        var next = weight.RowStart.AsSpan(0, weight.Rows).ToArray();
        for (int group = 0; group < groups; group++)
        {
            ReadOnlySpan<int> rows = outputs.AsSpan(group * width, Math.Min(width, weight.Rows - (group * width)));
            for (int lane = 0; lane < rows.Length && bias != null; lane++)
            {
                biases[(group * width) + lane] = bias[rows[lane]];
            }

            for (int start = 0; start == 0 || start < weight.Columns; start += BaseStep)
            {
                int steps = AppendSlice(weight, rows, next, start, width, weights, inputs);
                slices.Add(new Slice(steps, start, weight.Columns - start <= BaseStep ? 1 : 0));
            }
        }

        return new SlicedRows([.. slices], [.. weights], [.. inputs], outputs, biases);
    }

    /// <summary>The rows, the longest first.</summary>
    public static int[] ByLength(SparseMatrix weight) =>
        [.. Enumerable.Range(0, weight.Rows).OrderByDescending(row => weight.RowStart[row + 1] - weight.RowStart[row])];

    private static int AppendSlice(
        SparseMatrix weight, ReadOnlySpan<int> rows, int[] next, int start, int width, List<float> weights, List<ushort> inputs)
    {
        for (int steps = 0; ; steps++)
        {
            bool any = false;
            foreach (int row in rows)
            {
                any |= HasNext(row);
            }

            if (!any)
            {
                return steps;
            }

            for (int lane = 0; lane < width; lane++)
            {
                int row = lane < rows.Length ? rows[lane] : -1;
                if (row >= 0 && HasNext(row))
                {
                    weights.Add(weight.Value[next[row]]);
                    inputs.Add((ushort)(weight.Column[next[row]++] - start));
                }
                else
                {
                    weights.Add(0);
                    inputs.Add(steps > 0 ? inputs[^width] : (ushort)0);
                }
            }
        }

        bool HasNext(int row) => next[row] < weight.RowStart[row + 1] && weight.Column[next[row]] - start < BaseStep;
    }
}
