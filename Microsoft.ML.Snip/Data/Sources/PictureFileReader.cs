using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.Data.Sources;

/// <summary>Reads picture files, each when its picture is asked for.</summary>
/// <param name="files">The files.</param>
/// <param name="imageType">The size that the pictures must have, if any.</param>
internal sealed class PictureFileReader(PictureFile[] files, ImageDataViewType imageType) : PictureReader
{
    private int _row;

    public override void MoveTo(int row) => _row = row;

    public override MLImage ReadPicture()
    {
        string path = files[_row].Path;
        byte[] bytes = File.ReadAllBytes(path);
        using DecodedPicture? picture = DecodedPicture.TryDecode(bytes, out string? fault);
        if (picture is null)
        {
            throw Contracts.ExceptDecode($"'{path}': the {bytes.Length} bytes {fault}.");
        }

        if (imageType.Height > 0 && (picture.Height != imageType.Height || picture.Width != imageType.Width))
        {
            throw Contracts.ExceptDecode(
                $"'{path}' is a picture {picture.Width} pixels wide and {picture.Height} high, expected {imageType.Width} and {imageType.Height}.");
        }

        return MLImage.CreateFromPixels(picture.Width, picture.Height, MLPixelFormat.Rgba32, picture.Pixels);
    }

    public override string ReadLabel() => files[_row].Label;

    public override void Dispose()
    {
    }
}
