using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Snip.Images.DataSets;

namespace Microsoft.ML.Snip.DataViews.Sources;

/// <summary>Iterates over the rows of an <see cref="ImageSource"/>; opens only the files that the requested columns need.</summary>
internal sealed class ImageCursor : DataViewRowCursor
{
    private const int ImageIndex = 0;
    private const int LabelIndex = 1;

    private readonly bool[] _active;
    private readonly int _count;
    private readonly int[]? _order;
    private readonly ImageReader _reader;
    private int _position = -1;

    /// <param name="schema">The schema of the view: the image, then the label.</param>
    /// <param name="active">Which columns are requested.</param>
    /// <param name="source">The source of the rows.</param>
    /// <param name="random">Shuffles the rows; null for the source's order.</param>
    public ImageCursor(DataViewSchema schema, bool[] active, ImageSource source, Random? random)
    {
        Schema = schema;
        _active = active;
        _count = source.Count;
        _reader = source.Open(images: active[ImageIndex], labels: active[LabelIndex]);
        if (random is not null)
        {
            _order = [.. Enumerable.Range(0, _count)];
            random.Shuffle(_order);
        }
    }

    public override DataViewSchema Schema { get; }

    /// <summary>Whether each image is a separate file, of any size.</summary>
    public bool HasFiles => _reader is ImageFileReader { TakesAnySize: true };

    public override long Position => _position;

    public override long Batch => 0;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override bool MoveNext()
    {
        if (_position == _count)
        {
            return false;
        }

        _position++;
        if (_position < _count)
        {
            _reader.MoveTo(Row);
            return true;
        }

        if (_order is null)
        {
            _reader.CheckEnd();
        }

        return false;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
    {
        CheckOnRow();
        id = new DataViewRowId((ulong)Row, 0);
    };

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!_active[column.Index])
        {
            throw Contracts.ExceptParam(nameof(column), $"Column '{column.Name}' was not requested when the cursor was made.");
        }

        Delegate getter = column.Index == ImageIndex ? (ValueGetter<MLImage>)GetImage : (ValueGetter<ReadOnlyMemory<char>>)GetLabel;
        return getter as ValueGetter<TValue>
            ?? throw Contracts.ExceptParam(
                nameof(column), $"Column '{column.Name}' is of type {column.Type}; its values cannot be read as {typeof(TValue)}.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _reader.Dispose();
            _position = -1;
        }

        base.Dispose(disposing);
    }

    /// <summary>The bytes of the row's file; only if <see cref="HasFiles"/> is true.</summary>
    /// <param name="file">The file.</param>
    public byte[] ReadFile(out ImageFile file)
    {
        CheckOnRow();
        return ((ImageFileReader)_reader).ReadFile(out file);
    }

    /// <summary>The row's number in the source, which identifies it also after shuffling.</summary>
    private int Row => _order is null ? _position : _order[_position];

    private void GetImage(ref MLImage image)
    {
        CheckOnRow();
        MLImage read = _reader.ReadImage();
        image?.Dispose();
        image = read;
    }

    private void GetLabel(ref ReadOnlyMemory<char> label)
    {
        CheckOnRow();
        label = _reader.ReadLabel().AsMemory();
    }

    private void CheckOnRow()
    {
        if (_position < 0 || _position >= _count)
        {
            throw Contracts.Except("The cursor is not on a row.");
        }
    }
}
