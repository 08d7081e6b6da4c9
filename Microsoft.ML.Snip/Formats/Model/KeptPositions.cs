using Microsoft.ML.Snip.Formats.Files;
using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Formats.Model;

/// <summary>
/// Stores the positions of the kept weights of a matrix, read row by row as one sequence. For each kept weight it stores the number of
/// pruned weights since the last kept one: one byte 255 for each 255 of them, then one byte for the rest.
/// </summary>
internal static class KeptPositions
{
    private const byte LongGap = 255;

    public static void Write(ContentWriter content, SparseMatrix matrix)
    {
        var gaps = new List<byte>(matrix.KeptCount);
        long expected = 0;
        for (int row = 0; row < matrix.Rows; row++)
        {
            for (int at = matrix.RowStart[row]; at < matrix.RowStart[row + 1]; at++)
            {
                long position = ((long)row * matrix.Columns) + matrix.Column[at];
                long gap = position - expected;
                for (; gap >= LongGap; gap -= LongGap)
                {
                    gaps.Add(LongGap);
                }

                gaps.Add((byte)gap);
                expected = position + 1;
            }
        }

        content.WritePart(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(gaps));
    }

    /// <param name="content">The content to read from, at the position of the positions.</param>
    /// <param name="rows">The number of rows of the matrix.</param>
    /// <param name="columns">The number of columns of the matrix.</param>
    /// <param name="keptCount">The number of kept weights; the caller has checked that it is not too large.</param>
    /// <param name="what">The name of the data, for messages.</param>
    /// <returns>The arrays of a <see cref="SparseMatrix"/>.</returns>
    public static (int[] RowStart, int[] Column) Read(ContentReader content, int rows, int columns, int keptCount, string what)
    {
        var rowStart = new int[rows + 1];
        var column = new int[keptCount];
        long position = 0, count = (long)rows * columns;
        int row = 0;
        for (int found = 0; found < keptCount; found++)
        {
            byte gap;
            while ((gap = content.ReadByte(what)) == LongGap && position < count)
            {
                position += LongGap;
            }

            position += gap;
            if (position >= count)
            {
                throw new FormatException($"The {what} contain position {position}, which is outside the matrix of {rows} x {columns}.");
            }

            while (row < position / columns)
            {
                rowStart[++row] = found;
            }

            column[found] = (int)(position++ % columns);
        }

        Array.Fill(rowStart, keptCount, row + 1, rows - row);
        return (rowStart, column);
    }
}
