using Microsoft.ML.Data;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.DataViews.Columns;

/// <summary>
/// Reads pixels from <see cref="MLImage"/> columns. It does not dispose images: a getter that makes a new image for each row disposes the
/// previous one that is passed to it, and images that rows only refer to belong to the user.
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

    public override void Write(int slot, PixelNormalization normalization, Span<float> destination) =>
        Write(_image!, normalization, destination);

    private protected override void TakeCurrent(int slot)
    {
        _getter(ref _image!);
        if (_image is null)
        {
            throw BadValue(slot, "the image is missing (null).");
        }
    }
}
