namespace Microsoft.ML.Snip.Sparse.Matrices;

/// <summary>
/// The kept connections of one weight tensor as compressed sparse rows: row r is one output, its columns the flat index over the remaining
/// dimensions (inputs; or input channels x kernel height x kernel width), ascending within a row.
/// </summary>
/// <example>
/// Cut connections are dots.
/// <code>
/// column  0  1  2  3
/// row 0   .  a  .  b
/// row 1   .  .  .  .
/// row 2   c  .  .  .
/// row 3   d  e  .  f
///
/// RowStart  0  2  2  3  6
/// Column    1  3  0  0  1  3
/// Value     a  b  c  d  e  f
/// </code>
/// </example>
internal sealed class SparseMatrix
{
    /// <exception cref="ArgumentException">The arrays do not describe a matrix of this size.</exception>
    public SparseMatrix(int rows, int columns, int[] rowStart, int[] column, float[] value)
    {
        Rows = rows;
        Columns = columns;
        RowStart = rowStart;
        Column = column;
        Value = value;
        if (rows < 0 || columns < 0 || rowStart.Length != rows + 1 || rowStart[0] != 0
            || rowStart[^1] != column.Length || column.Length != value.Length)
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

    /// <summary>Where each row starts in <see cref="Column"/> and <see cref="Value"/>; one more entry than rows.</summary>
    public int[] RowStart { get; }

    public int[] Column { get; }

    public float[] Value { get; }

    /// <summary>How many connections are kept.</summary>
    public int KeptCount => Value.Length;

    /// <summary>The connections of a dense row-major matrix that a mask keeps; a kept weight of exactly 0 stays kept.</summary>
    public static SparseMatrix FromDense(ReadOnlySpan<float> dense, ReadOnlySpan<bool> kept, int rows, int columns)
    {
        if (dense.Length != (long)rows * columns || kept.Length != dense.Length)
        {
            throw new ArgumentException(
                $"A matrix of {rows} x {columns} needs as many weights and mask entries, not {dense.Length} and {kept.Length}.");
        }

        int count = kept.Count(true), at = 0;
        var rowStart = new int[rows + 1];
        var column = new int[count];
        var value = new float[count];
        for (int index = 0; index < dense.Length; index++)
        {
            if (kept[index])
            {
                column[at] = index % columns;
                value[at++] = dense[index];
            }

            if ((index + 1) % columns == 0)
            {
                rowStart[(index / columns) + 1] = at;
            }
        }

        return new SparseMatrix(rows, columns, rowStart, column, value);
    }

    /// <summary>Writes the kept weights into a dense row-major array of zeros.</summary>
    public float[] ToDense()
    {
        var dense = new float[checked(Rows * Columns)];
        for (int row = 0; row < Rows; row++)
        {
            for (int at = RowStart[row]; at < RowStart[row + 1]; at++)
            {
                dense[(row * Columns) + Column[at]] = Value[at];
            }
        }

        return dense;
    }
}
