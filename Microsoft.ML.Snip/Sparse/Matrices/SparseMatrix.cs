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
        : this(new SparsePattern(rows, columns, rowStart, column), value)
    {
    }

    /// <exception cref="ArgumentException">There are not as many weights as kept connections.</exception>
    public SparseMatrix(SparsePattern pattern, float[] value)
    {
        Pattern = pattern;
        Value = value;
        if (value.Length != pattern.KeptCount)
        {
            throw new ArgumentException($"A sparse matrix with {pattern.KeptCount} kept connections got {value.Length} weights.");
        }
    }

    /// <summary>Which connections are kept.</summary>
    public SparsePattern Pattern { get; }

    public int Rows => Pattern.Rows;

    public int Columns => Pattern.Columns;

    /// <summary>Where each row starts in <see cref="Column"/> and <see cref="Value"/>; one more entry than rows.</summary>
    public int[] RowStart => Pattern.RowStart;

    public int[] Column => Pattern.Column;

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

        var pattern = SparsePattern.FromMask(kept, rows, columns);
        int at = 0;
        var value = new float[pattern.KeptCount];
        for (int index = 0; index < dense.Length; index++)
        {
            if (kept[index])
            {
                value[at++] = dense[index];
            }
        }

        return new SparseMatrix(pattern, value);
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
