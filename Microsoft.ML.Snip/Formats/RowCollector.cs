namespace Microsoft.ML.Snip.Formats;

/// <summary>Makes compressed sparse rows of kept positions that come in ascending order.</summary>
internal sealed class RowCollector(int rows, int columns, int keptCount, string what)
{
    private readonly int[] _rowStart = new int[rows + 1];
    private readonly int[] _column = new int[keptCount];
    private readonly long _count = (long)rows * columns;
    private int _found;
    private int _row;

    public void Add(long position)
    {
        RequireInside(position);
        if (_found == keptCount)
        {
            throw new FormatException($"The {what} are more than the {keptCount} expected.");
        }

        CloseRowsBefore((int)(position / columns));
        _column[_found++] = (int)(position % columns);
    }

    public void RequireInside(long position)
    {
        if (position >= _count)
        {
            throw new FormatException($"The {what} name position {position} of a matrix of {rows} x {columns}.");
        }
    }

    public (int[] RowStart, int[] Column) Finish()
    {
        if (_found < keptCount)
        {
            throw new FormatException($"The {what} are {_found}; expected {keptCount}.");
        }

        CloseRowsBefore(rows);
        return (_rowStart, _column);
    }

    private void CloseRowsBefore(int row)
    {
        while (_row < row)
        {
            _rowStart[++_row] = _found;
        }
    }
}
