using Microsoft.ML.Data;

namespace Microsoft.ML.Snip.Data;

/// <summary>
/// Pixels of <see cref="MLImage"/> columns. Does not dispose images: who makes a new image for each row disposes the last one when it is handed
/// back for the next row, and images that rows merely point to belong to the user.
/// </summary>
internal sealed class PicturePixelReader : PixelReader
{
    private readonly ValueGetter<MLImage> _getter;
    private MLImage? _image;

    public PicturePixelReader(DataViewRow row, ImageColumn column)
        : base(row, column)
    {
        _getter = GetGetter<MLImage>();
    }

    public override void Read(Span<float> raw)
    {
        _getter(ref _image!);
        PicturePixels.Read(_image ?? throw BadValue("the picture is missing (null)."), Column.Shape, raw);
    }
}
