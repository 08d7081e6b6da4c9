using Microsoft.ML.Data;

namespace Microsoft.ML.Snip.Data;

/// <summary>Pixels of columns that hold the bytes of picture files.</summary>
internal sealed class EncodedPixelReader : PixelReader
{
    private readonly ValueGetter<VBuffer<byte>> _getter;
    private VBuffer<byte> _file;
    private VBuffer<byte> _dense;

    public EncodedPixelReader(DataViewRow row, ImageColumn column)
        : base(row, column)
    {
        _getter = GetGetter<VBuffer<byte>>();
    }

    public override void Read(Span<float> raw)
    {
        _getter(ref _file);
        if (_file.Length == 0)
        {
            throw BadValue("the picture is missing (no bytes).");
        }

        if (!_file.IsDense)
        {
            _file.CopyToDense(ref _dense);
        }

        ReadOnlySpan<byte> bytes = (_file.IsDense ? _file : _dense).GetValues();
        if (PicturePixels.TryDecode(bytes, Column.Shape, raw) is string fault)
        {
            throw BadPicture($"the {bytes.Length} bytes {fault}.");
        }
    }
}
