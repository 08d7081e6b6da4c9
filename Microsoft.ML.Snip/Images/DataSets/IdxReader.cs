using Microsoft.ML.Data;

namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>Reads a pair of IDX files forward.</summary>
internal sealed class IdxReader : PictureReader
{
    private readonly IdxFile? _pictureFile;
    private readonly IdxFile? _labelFile;
    private readonly string[] _labelNames;
    private readonly Stream? _pictures;
    private readonly Stream? _labels;
    private readonly byte[] _grey;
    private readonly byte[] _colours;
    private readonly byte[] _label = new byte[1];
    private int _row;

    /// <param name="pictures">The file of pictures, or null if they are not needed.</param>
    /// <param name="labels">The file of labels, or null if they are not needed.</param>
    /// <param name="labelNames">The labels' texts.</param>
    public IdxReader(IdxFile? pictures, IdxFile? labels, string[] labelNames)
    {
        _pictureFile = pictures;
        _labelFile = labels;
        _labelNames = labelNames;
        _pictures = pictures?.OpenValues();
        _labels = labels?.OpenValues();
        _grey = pictures is null ? [] : new byte[pictures.ItemLength];
        _colours = new byte[4 * _grey.Length];
    }

    public override void MoveTo(int row)
    {
        _row = row;
        _pictureFile?.ReadItem(_pictures!, _grey, row);
        _labelFile?.ReadItem(_labels!, _label, row);
    }

    public override void CheckEnd()
    {
        _pictureFile?.CheckEnd(_pictures!);
        _labelFile?.CheckEnd(_labels!);
    }

    public override MLImage ReadPicture()
    {
        for (int i = 0, at = 0; i < _grey.Length; i++, at += 4)
        {
            _colours.AsSpan(at, 3).Fill(_grey[i]);
            _colours[at + 3] = byte.MaxValue;
        }

        return MLImage.CreateFromPixels(_pictureFile!.Dimensions[2], _pictureFile.Dimensions[1], MLPixelFormat.Bgra32, _colours);
    }

    public override string ReadLabel() => _label[0] < _labelNames.Length
        ? _labelNames[_label[0]]
        : throw new FormatException(
            $"'{_labelFile!.Path}': the label of item {_row} is {_label[0]}, but {_labelNames.Length} class names were given.");

    public override void Dispose()
    {
        _pictures?.Dispose();
        _labels?.Dispose();
    }
}
