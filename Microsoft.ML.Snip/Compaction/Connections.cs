using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Compaction;

/// <summary>
/// The connections of a weight matrix by their effect. Some have no effect (a weight of 0, an input that is always 0, a kernel position
/// that only ever reads padding). Some carry a constant, which can be added to the bias instead. The rest transmit.
/// </summary>
/// <param name="matrix">The weights.</param>
/// <param name="kernel">The input that each column of the matrix reads.</param>
/// <param name="constants">The input channels that are constant.</param>
internal sealed class Connections(SparseMatrix matrix, KernelReach kernel, double?[] constants)
{
    /// <summary>The sum that the constant inputs add to an output.</summary>
    public double SumOfConstants(int row)
    {
        double sum = 0;
        for (int at = matrix.RowStart[row]; at < matrix.RowStart[row + 1]; at++)
        {
            int column = matrix.Column[at];
            if (constants[kernel.ChannelOf(column)] is double constant && kernel.ReachOf(column) == Reach.Input)
            {
                sum += matrix.Value[at] * constant;
            }
        }

        return sum;
    }

    /// <summary>The connections that transmit, by their index in the matrix's arrays.</summary>
    public IEnumerable<int> Transmitting(int row)
    {
        for (int at = matrix.RowStart[row]; at < matrix.RowStart[row + 1]; at++)
        {
            if (Transmits(at))
            {
                yield return at;
            }
        }
    }

    /// <summary>The input channels of the connections that transmit.</summary>
    public IEnumerable<int> ChannelsReadBy(int row) => Transmitting(row).Select(at => kernel.ChannelOf(matrix.Column[at]));

    private bool Transmits(int at)
    {
        Reach reach = kernel.ReachOf(matrix.Column[at]);
        return matrix.Value[at] != 0 && reach != Reach.Padding
            && !(constants[kernel.ChannelOf(matrix.Column[at])] is double constant && (constant == 0 || reach == Reach.Input));
    }
}
