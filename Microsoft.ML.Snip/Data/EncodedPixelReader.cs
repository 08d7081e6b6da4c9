using Microsoft.ML.Data;

namespace Microsoft.ML.Snip.Data;

/// <summary>Pixels of columns that hold the bytes of picture files.</summary>
internal sealed class EncodedPixelReader : PixelReader
{
    private readonly ByteVector _file;

    public EncodedPixelReader(DataViewRow row, ImageColumn column)
        : base(row, column)
    {
        _file = new ByteVector(GetGetter<VBuffer<byte>>());
    }

    public override void Read(Span<float> raw)
    {
        ReadOnlySpan<byte> bytes = _file.Read();
        if (bytes.IsEmpty)
        {
            throw BadValue("the picture is missing (no bytes).");
        }

        if (PicturePixels.TryDecode(bytes, Column.Shape, raw) is string fault)
        {
            throw BadPicture($"the {bytes.Length} bytes {fault}.");
        }
    }
}
