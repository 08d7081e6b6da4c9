using Microsoft.ML.Data;
using Microsoft.ML.Internal.Utilities;

namespace Microsoft.ML.Snip.Data;

/// <summary>Pixels of columns that hold the bytes of picture files.</summary>
internal sealed class EncodedPixelReader : PixelReader
{
    private readonly ValueGetter<VBuffer<byte>> _getter;
    private VBuffer<byte> _file;

    public EncodedPixelReader(DataViewRow row, ImageColumn column)
        : base(row, column)
    {
        _getter = GetGetter<VBuffer<byte>>();
    }

    public override void Write(int place, PixelNormalization normalization, Span<float> destination)
    {
        if (TryDecode(_file.GetValues(), normalization, destination) is string fault)
        {
            throw BadPicture(place, $"the {_file.Length} bytes {fault}.");
        }
    }

    private protected override void TakeCurrent(int place)
    {
        _getter(ref _file);
        if (_file.Length == 0)
        {
            throw BadValue(place, "the picture is missing (no bytes).");
        }

        VBufferUtils.Densify(ref _file);
    }
}
