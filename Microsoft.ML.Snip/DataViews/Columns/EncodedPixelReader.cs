using Microsoft.ML.Data;
using Microsoft.ML.Internal.Utilities;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.DataViews.Columns;

/// <summary>Reads pixels from columns that hold the bytes of image files.</summary>
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

    public override void Write(int slot, PixelNormalization normalization, Span<float> destination)
    {
        if (TryDecode(_files[slot].GetValues(), normalization, destination) is string fault)
        {
            throw BadImage(slot, $"the {_files[slot].Length} bytes {fault}.");
        }
    }

    private protected override void TakeCurrent(int slot)
    {
        ref VBuffer<byte> file = ref _files[slot];
        _getter(ref file);
        if (file.Length == 0)
        {
            throw BadValue(slot, "the image is missing (no bytes).");
        }

        VBufferUtils.Densify(ref file);
    }
}
