using Microsoft.ML.Data;
using Microsoft.ML.Internal.Utilities;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.DataViews.Columns;

/// <summary>Pixels of columns that hold the bytes of image files.</summary>
internal sealed class EncodedPixelReader : PixelReader
{
    private readonly ValueGetter<VBuffer<byte>> _getter;
    private readonly VBuffer<byte>[] _files;

    public EncodedPixelReader(DataViewRow row, ImageColumn column)
        : base(row, column, FilesTaken)
    {
        _getter = GetGetter<VBuffer<byte>>();
        _files = new VBuffer<byte>[Capacity];
    }

    public override bool DecodesFiles => true;

    public override void Write(int place, PixelNormalization normalization, Span<float> destination)
    {
        if (TryDecode(_files[place].GetValues(), normalization, destination) is string fault)
        {
            throw BadImage(place, $"the {_files[place].Length} bytes {fault}.");
        }
    }

    private protected override void TakeCurrent(int place)
    {
        ref VBuffer<byte> file = ref _files[place];
        _getter(ref file);
        if (file.Length == 0)
        {
            throw BadValue(place, "the image is missing (no bytes).");
        }

        VBufferUtils.Densify(ref file);
    }
}
