using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.DataViews.Scoring;

/// <summary>The values of one input column for the rows that a cursor has read ahead.</summary>
internal abstract class LookAheadColumn : IDisposable
{
    /// <summary>Stores the input's current value for the given row of the batch.</summary>
    /// <returns>The approximate number of bytes stored.</returns>
    public abstract long Read(int row);

    /// <summary>Releases the values of an earlier batch from the given row on.</summary>
    public abstract void ForgetFrom(int row);

    public virtual void Dispose()
    {
    }

    /// <summary>A buffer for a column of any type.</summary>
    [UnconditionalSuppressMessage(
        "AOT", "IL3050",
        Justification = "ML.NET's data views need a just-in-time compiler; natively compiled programs use SnipPredictor, which has none.")]
    public static LookAheadColumn Create(DataViewRow input, DataViewSchema.Column column, int rows)
    {
        Type raw = column.Type.RawType;
        Type buffer = raw == typeof(MLImage) ? typeof(CopiedImageColumn)
            : raw.IsGenericType
                && raw.GetGenericTypeDefinition() == typeof(VBuffer<>) ? typeof(VectorColumn<>).MakeGenericType(raw.GetGenericArguments())
            : typeof(ScalarColumn<>).MakeGenericType(raw);
        return (LookAheadColumn)Activator.CreateInstance(buffer, input, column, rows)!;
    }

    private sealed class ScalarColumn<T>(DataViewRow input, DataViewSchema.Column column, int rows)
        : LookAheadColumn<T>(input, column, rows)
    {
        public override void Get(int row, ref T value) => value = Kept[row];

        protected override long Keep(ref T kept)
        {
            Getter(ref kept!);
            return Unsafe.SizeOf<T>();
        }
    }

    private sealed class VectorColumn<T>(DataViewRow input, DataViewSchema.Column column, int rows)
        : LookAheadColumn<VBuffer<T>>(input, column, rows)
    {
        public override void Get(int row, ref VBuffer<T> value) => Kept[row].CopyTo(ref value);

        protected override long Keep(ref VBuffer<T> kept)
        {
            Getter(ref kept);
            return (long)kept.GetValues().Length * Unsafe.SizeOf<T>();
        }
    }

    /// <summary>
    /// Stores copies of the input's images and gives copies to readers: the input may change, dispose or keep an image that it gave, and a
    /// reader may dispose the image that it gets.
    /// </summary>
    private sealed class CopiedImageColumn(DataViewRow input, DataViewSchema.Column column, int rows)
        : LookAheadColumn<MLImage>(input, column, rows)
    {
        private MLImage _current = null!;

        protected override long Keep(ref MLImage kept)
        {
            Getter(ref _current);
            Copy(_current, ref kept);
            return kept is null ? 0 : ImagePixels.Of(kept).Bytes.Length;
        }

        public override void Get(int row, ref MLImage value) => Copy(Kept[row], ref value);

        private static void Copy(MLImage source, ref MLImage destination)
        {
            destination?.Dispose();
            destination = source is null
                ? null!
                : MLImage.CreateFromPixels(source.Width, source.Height, source.PixelFormat, ImagePixels.Of(source).Bytes);
            if (source is not null)
            {
                destination.Tag = source.Tag;
            }
        }

        protected override void Forget(ref MLImage kept)
        {
            kept?.Dispose();
            base.Forget(ref kept!);
        }

        public override void Dispose()
        {
            ForgetFrom(0);
            base.Dispose();
        }
    }
}

/// <summary>The stored values, of the column's raw type.</summary>
internal abstract class LookAheadColumn<T>(DataViewRow input, DataViewSchema.Column column, int rows) : LookAheadColumn
{
    protected ValueGetter<T> Getter { get; } = input.GetGetter<T>(column);

    protected T[] Kept { get; } = new T[rows];

    private int _filled;

    public override long Read(int row)
    {
        _filled = Math.Max(_filled, row + 1);
        return Keep(ref Kept[row]);
    }

    public override void ForgetFrom(int row)
    {
        for (; _filled > row; _filled--)
        {
            Forget(ref Kept[_filled - 1]);
        }
    }

    /// <summary>Stores the input's current value.</summary>
    /// <returns>The approximate number of bytes stored.</returns>
    protected abstract long Keep(ref T kept);

    protected virtual void Forget(ref T kept) => kept = default!;

    /// <summary>Gives a reader the value of the given row of the batch.</summary>
    public abstract void Get(int row, ref T value);
}
