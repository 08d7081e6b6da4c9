namespace Microsoft.ML.Snip.Sparse.Matrices;

/// <summary>
/// Which connections of one weight tensor are kept, as compressed sparse rows without the weights: row r is one output, its columns the
/// flat index over the remaining dimensions (inputs; or input channels x kernel height x kernel width), ascending within a row. The kept
/// weights are numbered in this order, from 0.
/// </summary>
internal sealed class SparsePattern
{
    /// <exception cref="ArgumentException">The arrays do not describe a matrix of this size.</exception>
    public SparsePattern(int rows, int columns, int[] rowStart, int[] column)
    {
        Rows = rows;
        Columns = columns;
        RowStart = rowStart;
        Column = column;
        if (rows < 0 || columns < 0 || rowStart.Length != rows + 1 || rowStart[0] != 0 || rowStart[^1] != column.Length)
        {
            throw new ArgumentException($"The arrays do not describe a sparse matrix of {rows} rows and {columns} columns.");
        }

        for (int row = 0; row < rows; row++)
        {
            if (rowStart[row + 1] < rowStart[row] || rowStart[row + 1] > column.Length)
            {
                throw new ArgumentException($"Row {row} of a sparse matrix ends before it starts or behind the last weight.");
            }

            int previous = -1;
            foreach (int index in column.AsSpan(rowStart[row]..rowStart[row + 1]))
            {
                if (index <= previous || index >= columns)
                {
                    throw new ArgumentException(
                        $"Row {row} of a sparse matrix names column {index}; its columns ascend from 0 to {columns - 1}.");
                }

                previous = index;
            }
        }
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Where each row starts in <see cref="Column"/>; one more entry than rows.</summary>
    public int[] RowStart { get; }

    public int[] Column { get; }

    /// <summary>How many connections are kept.</summary>
    public int KeptCount => Column.Length;

    /// <summary>The connections of a dense row-major matrix that a mask keeps.</summary>
    public static SparsePattern FromMask(ReadOnlySpan<bool> kept, int rows, int columns)
    {
        int at = 0;
        var rowStart = new int[rows + 1];
        var column = new int[kept.Count(true)];
        for (int index = 0; index < kept.Length; index++)
        {
            if (kept[index])
            {
                column[at++] = index % columns;
            }

            if ((index + 1) % columns == 0)
            {
                rowStart[(index / columns) + 1] = at;
            }
        }

        return new SparsePattern(rows, columns, rowStart, column);
    }

    /// <summary>Whether another pattern of the same size keeps the same connections.</summary>
    public bool HasSameConnections(SparsePattern other) =>
        RowStart.AsSpan().SequenceEqual(other.RowStart) && Column.AsSpan().SequenceEqual(other.Column);

    /// <summary>A pattern with a part of the kept weights.</summary>
    /// <param name="chosen">For each kept weight, by its number, whether it is in the part.</param>
    public SparsePattern Where(bool[] chosen)
    {
        var rowStart = new int[Rows + 1];
        var column = new List<int>(KeptCount);
        for (int row = 0; row < Rows; row++)
        {
            for (int at = RowStart[row]; at < RowStart[row + 1]; at++)
            {
                if (chosen[at])
                {
                    column.Add(Column[at]);
                }
            }

            rowStart[row + 1] = column.Count;
        }

        return new SparsePattern(Rows, Columns, rowStart, [.. column]);
    }

    /// <summary>The position of each kept weight in the dense row-major matrix.</summary>
    public int[] Positions()
    {
        var positions = new int[KeptCount];
        for (int row = 0; row < Rows; row++)
        {
            for (int at = RowStart[row]; at < RowStart[row + 1]; at++)
            {
                positions[at] = checked((row * Columns) + Column[at]);
            }
        }

        return positions;
    }
}
