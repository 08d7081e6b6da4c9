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

    public override void Read(Span<float> raw) => PicturePixels.Read(GetImage(), Column.Shape, raw);

    /// <summary>As the base class does, but in one pass over the pixels.</summary>
    public override void ReadNormalized(PixelNormalization normalization, Span<float> destination) =>
        PicturePixels.ReadNormalized(GetImage(), Column.Shape, normalization, destination);

    private MLImage GetImage()
    {
        _getter(ref _image!);
        return _image ?? throw BadValue("the picture is missing (null).");
    }
}
