using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Compaction;

/// <summary>Copies selected rows and input channels of a weight matrix.</summary>
internal static class MatrixSelection
{
    /// <param name="matrix">The weights.</param>
    /// <param name="connections">The same weights by their effect; those that transmit are copied.</param>
    /// <param name="rows">The old row of each new row; null for a row without connections.</param>
    /// <param name="channels">The old input channel of each new channel, in ascending order.</param>
    /// <param name="kernel">The input that each column of the matrix reads.</param>
    public static SparseMatrix Take(SparseMatrix matrix, Connections connections, int?[] rows, int[] channels, KernelReach kernel)
    {
        var newChannel = new int[matrix.Columns / kernel.Size];
        for (int index = 0; index < channels.Length; index++)
        {
            newChannel[channels[index]] = index;
        }

        var rowStart = new int[rows.Length + 1];
        var column = new List<int>();
        var value = new List<float>();
        for (int index = 0; index < rows.Length; index++)
        {
            if (rows[index] is int row)
            {
                foreach (int at in connections.Transmitting(row))
                {
                    (int channel, int offset) = Math.DivRem(matrix.Column[at], kernel.Size);
                    column.Add((newChannel[channel] * kernel.Size) + offset);
                    value.Add(matrix.Value[at]);
                }
            }

            rowStart[index + 1] = column.Count;
        }

        return new SparseMatrix(rows.Length, channels.Length * kernel.Size, rowStart, [.. column], [.. value]);
    }
}
