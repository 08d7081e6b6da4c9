using System.Runtime.InteropServices;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Memory;

namespace Microsoft.ML.Snip.Sparse.Layouts;

/// <summary>Some steps of a group of rows, whose inputs all lie within 65,536 numbers from a base.</summary>
/// <param name="StepCount">How many vectors of weights.</param>
/// <param name="Base">What is added to each step's input numbers.</param>
/// <param name="EndsGroup">1 for a group's last slice, else 0.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct SellSlice(int StepCount, int Base, int EndsGroup);

/// <summary>
/// A sparse matrix for products with one vector: groups of as many rows as a vector has lanes, one row a lane. The rows are sorted by their
/// number of weights, so that those of a group are about equally long; shorter ones are padded with weights of 0 (SELL-C-sigma, "sliced
/// ELLPACK": Kreutzer et al., SIAM Journal on Scientific Computing 36, 2014; C is the vector's width, sigma the number of rows). Inputs are
/// numbers of 16 bits, so a group of a matrix with more than 65,536 inputs has several slices, each with a base.
/// </summary>
/// <example>
/// With vectors of two lanes. A step multiplies one vector of weights by as many gathered inputs:
/// <code>
/// column  0  1  2  3
/// row 0   .  a  .  b
/// row 1   .  .  .  .
/// row 2   c  .  .  .
/// row 3   d  e  .  f
///
/// Outputs  3  0 | 2  1
/// Slices   3 steps, base 0 | 1 step, base 0
/// Weights  d a   e b   f 0 | c 0
/// Inputs   0 1   1 3   3 3 | 0 0
/// </code>
/// </example>
internal sealed class SellCSigma
{
    /// <summary>The number of inputs that 16 bits can number.</summary>
    private const int BaseStep = 1 << 16;

    private SellCSigma(ReadOnlySpan<SellSlice> slices, int[] outputs, int width)
    {
        long weights = CountSteps(slices) * width;
        Slices = new AlignedArray<SellSlice>(slices);
        Weights = new AlignedArray<float>(weights);
        Inputs = new AlignedArray<ushort>(weights);
        Outputs = new AlignedArray<int>(outputs);
        Bias = new AlignedArray<float>((outputs.Length + width - 1) / width * width);
    }

    /// <summary>All groups' slices, group after group.</summary>
    public AlignedArray<SellSlice> Slices { get; }

    /// <summary>One vector a step.</summary>
    public AlignedArray<float> Weights { get; }

    /// <summary>For each weight the number of its input, from the slice's base.</summary>
    public AlignedArray<ushort> Inputs { get; }

    /// <summary>The output of each lane of each group; the last group may have fewer.</summary>
    public AlignedArray<int> Outputs { get; }

    /// <summary>The bias of each lane of each group.</summary>
    public AlignedArray<float> Bias { get; }

    public static SellCSigma Create(SparseMatrix weight, float[]? bias, int width)
    {
        int[] outputs = ByLength(weight);
        var rows = new SellCSigma(Cut(weight, outputs, width), outputs, width);
        Span<float> weights = rows.Weights.Span, biases = rows.Bias.Span;
        Span<ushort> inputs = rows.Inputs.Span;
        int[] next = weight.RowStart.AsSpan(0, weight.Rows).ToArray();
        int group = 0;
        foreach (SellSlice slice in rows.Slices.Span)
        {
            int length = slice.StepCount * width;
            for (int lane = 0; lane < width && (group * width) + lane < outputs.Length; lane++)
            {
                int row = outputs[(group * width) + lane];
                FillLane(weight, row, ref next[row], slice.Base, weights[..length], inputs[..length], lane, width);
                biases[(group * width) + lane] = bias is null ? 0 : bias[row];
            }

            weights = weights[length..];
            inputs = inputs[length..];
            group += slice.EndsGroup;
        }

        return rows;
    }

    /// <summary>How many vectors of weights a matrix takes, without making them.</summary>
    /// <param name="weight">The matrix.</param>
    /// <param name="width">Lanes of a vector.</param>
    public static long CountSteps(SparseMatrix weight, int width) => CountSteps(Cut(weight, ByLength(weight), width));

    /// <summary>The rows, the longest first.</summary>
    public static int[] ByLength(SparseMatrix weight) =>
        [.. Enumerable.Range(0, weight.Rows).OrderByDescending(row => weight.RowStart[row + 1] - weight.RowStart[row])];

    private static long CountSteps(ReadOnlySpan<SellSlice> slices)
    {
        long steps = 0;
        foreach (SellSlice slice in slices)
        {
            steps += slice.StepCount;
        }

        return steps;
    }

    /// <summary>All groups' slices: as many steps each as the row with the most weights in it needs.</summary>
    private static SellSlice[] Cut(SparseMatrix weight, int[] outputs, int width)
    {
        int slicesOfGroup = Math.Max(1, (weight.Columns + BaseStep - 1) / BaseStep);
        var slices = new SellSlice[(outputs.Length + width - 1) / width * slicesOfGroup];
        for (int index = 0; index < slices.Length; index++)
        {
            slices[index] = new SellSlice(0, index % slicesOfGroup * BaseStep, (index + 1) % slicesOfGroup == 0 ? 1 : 0);
        }

        for (int position = 0; position < outputs.Length; position++)
        {
            Span<SellSlice> ofGroup = slices.AsSpan(position / width * slicesOfGroup, slicesOfGroup);
            int row = outputs[position], end = weight.RowStart[row + 1];
            for (int at = weight.RowStart[row]; at < end;)
            {
                ref SellSlice slice = ref ofGroup[weight.Column[at] / BaseStep];
                int first = at;
                while (at < end && weight.Column[at] - slice.Base < BaseStep)
                {
                    at++;
                }

                slice = slice with { StepCount = Math.Max(slice.StepCount, at - first) };
            }
        }

        return slices;
    }

    /// <summary>Lays a row's weights of a slice into its lane, and fills the lane up.</summary>
    private static void FillLane(
        SparseMatrix weight, int row, ref int next, int start, Span<float> weights, Span<ushort> inputs, int lane, int width)
    {
        ushort input = 0;
        int end = weight.RowStart[row + 1];
        for (int at = lane; at < weights.Length; at += width)
        {
            if (next < end && weight.Column[next] - start < BaseStep)
            {
                input = (ushort)(weight.Column[next] - start);
                weights[at] = weight.Value[next++];
            }

            inputs[at] = input;
        }
    }
}
