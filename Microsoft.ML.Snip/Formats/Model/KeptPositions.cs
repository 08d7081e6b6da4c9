using Microsoft.ML.Snip.Formats.Files;
using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Formats.Model;

/// <summary>
/// Which weights of a matrix are kept, read row by row as one sequence of positions: for each kept weight the number of cut ones since the
/// one before, in a byte, after a 255 for each 255 of them.
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

    /// <param name="content">Where the positions are next.</param>
    /// <param name="rows">Rows of the matrix.</param>
    /// <param name="columns">Columns of the matrix.</param>
    /// <param name="keptCount">How many weights are kept; the caller has checked that so many may be.</param>
    /// <param name="what">What is read, for messages.</param>
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
                throw new FormatException($"The {what} name position {position} of a matrix of {rows} x {columns}.");
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
