using Microsoft.ML.Data;

namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>Reads a pair of IDX files from the first row to the last.</summary>
internal sealed class IdxReader : ImageReader
{
    private readonly IdxFile? _imageFile;
    private readonly IdxFile? _labelFile;
    private readonly string[] _labelNames;
    private readonly Stream? _images;
    private readonly Stream? _labels;
    private readonly byte[] _grey;
    private readonly byte[] _colours;
    private readonly byte[] _label = new byte[1];
    private int _row;

    /// <param name="images">The file of images, or null if they are not needed.</param>
    /// <param name="labels">The file of labels, or null if they are not needed.</param>
    /// <param name="labelNames">The names of the labels.</param>
    public IdxReader(IdxFile? images, IdxFile? labels, string[] labelNames)
    {
        _imageFile = images;
        _labelFile = labels;
        _labelNames = labelNames;
        _images = images?.OpenValues();
        _labels = labels?.OpenValues();
        _grey = images is null ? [] : new byte[images.ItemLength];
        _colours = new byte[4 * _grey.Length];
    }

    public override void MoveTo(int row)
    {
        _row = row;
        _imageFile?.ReadItem(_images!, _grey, row);
        _labelFile?.ReadItem(_labels!, _label, row);
    }

    public override void CheckEnd()
    {
        _imageFile?.CheckEnd(_images!);
        _labelFile?.CheckEnd(_labels!);
    }

    public override MLImage ReadImage()
    {
        for (int i = 0, at = 0; i < _grey.Length; i++, at += 4)
        {
            _colours.AsSpan(at, 3).Fill(_grey[i]);
            _colours[at + 3] = byte.MaxValue;
        }

        return MLImage.CreateFromPixels(_imageFile!.Dimensions[2], _imageFile.Dimensions[1], MLPixelFormat.Bgra32, _colours);
    }

    public override string ReadLabel() => _label[0] < _labelNames.Length
        ? _labelNames[_label[0]]
        : throw new FormatException(
            $"'{_labelFile!.Path}': the label of item {_row} is {_label[0]}, but {_labelNames.Length} class names were given.");

    protected override void Dispose(bool disposing)
    {
        _images?.Dispose();
        _labels?.Dispose();
    }
}
