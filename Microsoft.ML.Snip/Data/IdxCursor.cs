using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Snip.Data;

/// <summary>Reads a pair of IDX files forward; opens only those whose column is asked for.</summary>
internal sealed class IdxCursor : DataViewRowCursor
{
    private const int ImageIndex = 0;
    private const int LabelIndex = 1;

    private readonly bool[] _active;
    private readonly IdxFile _imageFile;
    private readonly IdxFile _labelFile;
    private readonly string[] _labelNames;
    private readonly Stream? _images;
    private readonly Stream? _labels;
    private readonly byte[] _grey;
    private readonly byte[] _colours;
    private readonly byte[] _label = new byte[1];
    private long _position = -1;

    /// <param name="schema">The schema of the view: the image, then the label.</param>
    /// <param name="active">Which columns are asked for.</param>
    /// <param name="images">The file of pictures.</param>
    /// <param name="labels">The file of labels.</param>
    /// <param name="labelNames">The labels' texts.</param>
    public IdxCursor(DataViewSchema schema, bool[] active, IdxFile images, IdxFile labels, string[] labelNames)
    {
        Schema = schema;
        _active = active;
        _imageFile = images;
        _labelFile = labels;
        _labelNames = labelNames;
        bool imagesNeeded = active[ImageIndex];
        _images = imagesNeeded ? images.OpenValues() : null;
        _labels = active[LabelIndex] ? labels.OpenValues() : null;
        _grey = imagesNeeded ? new byte[images.ItemLength] : [];
        _colours = new byte[4 * _grey.Length];
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _position;

    public override long Batch => 0;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override bool MoveNext()
    {
        if (_position == _imageFile.Count)
        {
            return false;
        }

        _position++;
        if (_position == _imageFile.Count)
        {
            CheckEnds();
            return false;
        }

        if (_images is not null)
        {
            _imageFile.ReadItem(_images, _grey, _position);
        }

        if (_labels is not null)
        {
            _labelFile.ReadItem(_labels, _label, _position);
        }

        return true;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
    {
        CheckOnRow();
        id = new DataViewRowId((ulong)_position, 0);
    };

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!_active[column.Index])
        {
            throw Contracts.ExceptParam(nameof(column), $"Column '{column.Name}' was not asked for when the cursor was made.");
        }

        Delegate getter = column.Index == ImageIndex ? (ValueGetter<MLImage>)GetImage : (ValueGetter<ReadOnlyMemory<char>>)GetLabel;
        return getter as ValueGetter<TValue>
            ?? throw Contracts.ExceptParam(nameof(column), $"Column '{column.Name}' is of type {column.Type}, not {typeof(TValue)}.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _images?.Dispose();
            _labels?.Dispose();
            _position = -1;
        }

        base.Dispose(disposing);
    }

    private void GetImage(ref MLImage image)
    {
        CheckOnRow();
        for (int i = 0, at = 0; i < _grey.Length; i++, at += 4)
        {
            _colours.AsSpan(at, 3).Fill(_grey[i]);
            _colours[at + 3] = byte.MaxValue;
        }

        image?.Dispose();
        image = MLImage.CreateFromPixels(_imageFile.Dimensions[2], _imageFile.Dimensions[1], MLPixelFormat.Bgra32, _colours);
    }

    private void GetLabel(ref ReadOnlyMemory<char> label)
    {
        CheckOnRow();
        label = _label[0] < _labelNames.Length
            ? _labelNames[_label[0]].AsMemory()
            : throw Contracts.ExceptDecode(
                $"'{_labelFile.Path}': the label of item {_position} is {_label[0]}, but {_labelNames.Length} class names were given.");
    }

    private void CheckOnRow()
    {
        if (_position < 0 || _position >= _imageFile.Count)
        {
            throw Contracts.Except("The cursor is not on a row.");
        }
    }

    private void CheckEnds()
    {
        if (_images is not null)
        {
            _imageFile.CheckEnd(_images);
        }

        if (_labels is not null)
        {
            _labelFile.CheckEnd(_labels);
        }
    }
}
