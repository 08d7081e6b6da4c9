using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Snip.DataViews.Columns;

/// <summary>Reads a row's class from a key column of any raw type.</summary>
internal sealed class LabelReader
{
    private readonly DataViewRow _row;
    private readonly DataViewSchema.Column _column;
    private readonly Func<ulong> _key;
    private readonly ulong _count;

    /// <param name="row">The row, or the cursor, in which the column is active.</param>
    /// <param name="column">The key column.</param>
    public LabelReader(DataViewRow row, DataViewSchema.Column column)
    {
        _row = row;
        _column = column;
        _count = ((KeyDataViewType)column.Type).Count;
        _key = column.Type.RawType switch
        {
            Type raw when raw == typeof(byte) => KeyGetter<byte>(value => value),
            Type raw when raw == typeof(ushort) => KeyGetter<ushort>(value => value),
            Type raw when raw == typeof(uint) => KeyGetter<uint>(value => value),
            _ => KeyGetter<ulong>(value => value),
        };
    }

    /// <summary>The current row's class, from 0; -1 if the label is missing.</summary>
    public int Read()
    {
        ulong key = _key();
        return key <= _count
            ? (int)key - 1
            : throw Contracts.Except(
                $"Label column '{_column.Name}', row {_row.Position} (counted from 0): the key is {key}; the largest key is {_count}.");
    }

    private Func<ulong> KeyGetter<T>(Func<T, ulong> widen)
    {
        ValueGetter<T> getter = _row.GetGetter<T>(_column);
        T key = default!;
        return () =>
        {
            getter(ref key);
            return widen(key);
        };
    }
}
