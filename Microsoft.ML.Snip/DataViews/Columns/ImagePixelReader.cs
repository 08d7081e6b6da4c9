using Microsoft.ML.Data;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.DataViews.Columns;

/// <summary>
/// Pixels of <see cref="MLImage"/> columns. Does not dispose images: who makes a new image for each row disposes the last one when it is
/// handed back for the next row, and images that rows merely point to belong to the user.
/// </summary>
internal sealed class ImagePixelReader : PixelReader
{
    private readonly ValueGetter<MLImage> _getter;
    private MLImage? _image;

    public ImagePixelReader(DataViewRow row, ImageColumn column)
        : base(row, column)
    {
        _getter = GetGetter<MLImage>();
    }

    public override void Write(int place, PixelNormalization normalization, Span<float> destination) =>
        Write(_image!, normalization, destination);

    private protected override void TakeCurrent(int place)
    {
        _getter(ref _image!);
        if (_image is null)
        {
            throw BadValue(place, "the image is missing (null).");
        }
    }
}
