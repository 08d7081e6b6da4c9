using Microsoft.ML.Data;
using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>Reads the records of CIFAR files in any order; reads only the requested part of a record.</summary>
/// <param name="format">The format of a record.</param>
/// <param name="files">The files; each is opened when its first record is read.</param>
/// <param name="labelIndex">The index of the label to use among a record's labels.</param>
/// <param name="labelNames">The names of the labels.</param>
internal sealed class CifarReader(CifarFormat format, CifarFile[] files, int labelIndex, string[] labelNames) : ImageReader
{
    private readonly SafeFileHandle?[] _handles = new SafeFileHandle?[files.Length];
    private readonly byte[] _planes = new byte[CifarFormat.ImageLength];
    private readonly byte[] _pixels = new byte[4 * CifarFormat.PlaneLength];
    private readonly byte[] _label = new byte[1];
    private int _file;
    private int _record;

    public override void MoveTo(int row)
    {
        _file = 0;
        _record = row;
        while (_record >= files[_file].Count)
        {
            _record -= files[_file++].Count;
        }
    }

    public override MLImage ReadImage()
    {
        Read(format.LabelCount, _planes);
        for (int i = 0; i < CifarFormat.PlaneLength; i++)
        {
            _pixels[4 * i] = _planes[i];
            _pixels[(4 * i) + 1] = _planes[CifarFormat.PlaneLength + i];
            _pixels[(4 * i) + 2] = _planes[(2 * CifarFormat.PlaneLength) + i];
            _pixels[(4 * i) + 3] = byte.MaxValue;
        }

        return MLImage.CreateFromPixels(CifarFormat.Side, CifarFormat.Side, MLPixelFormat.Rgba32, _pixels);
    }

    public override string ReadLabel()
    {
        Read(labelIndex, _label);
        return _label[0] < labelNames.Length
            ? labelNames[_label[0]]
            : throw new FormatException(
                $"'{files[_file].Path}': the label of image {_record} (counted from 0) is {_label[0]}, expected 0 to "
                + $"{labelNames.Length - 1}.");
    }

    protected override void Dispose(bool disposing)
    {
        foreach (SafeFileHandle? handle in _handles)
        {
            handle?.Dispose();
        }
    }

    private void Read(int offset, Span<byte> bytes)
    {
        SafeFileHandle handle = _handles[_file] ??= File.OpenHandle(files[_file].Path);
        if (RandomAccess.Read(handle, bytes, ((long)_record * format.RecordLength) + offset) < bytes.Length)
        {
            throw new FormatException(
                $"'{files[_file].Path}' ends within image {_record} (counted from 0), but had {files[_file].Count} images when it was "
                + "opened.");
        }
    }
}
