using Microsoft.ML.Data;
using Microsoft.ML.Snip.Images.Decoding;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>Reads picture files, each when its picture is asked for.</summary>
/// <param name="files">The files.</param>
/// <param name="imageType">The size that the pictures must have, if any.</param>
internal sealed class PictureFileReader(PictureFile[] files, ImageDataViewType imageType) : PictureReader
{
    private int _row;

    /// <summary>Whether pictures may have any size.</summary>
    public bool TakesAnySize => imageType.Height == 0;

    public override void MoveTo(int row) => _row = row;

    public override MLImage ReadPicture()
    {
        byte[] bytes = ReadFile(out PictureFile file);
        string path = file.Path;
        using DecodedPicture? picture = PictureDecoder.TryDecode(bytes, target: null, out string? fault);
        if (picture is null)
        {
            throw new FormatException($"'{path}': the {bytes.Length} bytes {fault}.");
        }

        if (imageType.Height > 0 && (picture.Height != imageType.Height || picture.Width != imageType.Width))
        {
            throw new FormatException(
                $"'{path}' is a picture {picture.Width} pixels wide and {picture.Height} high, expected {imageType.Width} and {imageType.Height}.");
        }

        return MLImage.CreateFromPixels(picture.Width, picture.Height, MLPixelFormat.Rgba32, picture.Pixels);
    }

    /// <summary>The bytes of the row's file.</summary>
    /// <param name="file">The file.</param>
    public byte[] ReadFile(out PictureFile file)
    {
        file = files[_row];
        return File.ReadAllBytes(file.Path);
    }

    public override string ReadLabel() => files[_row].Label;

    public override void Dispose()
    {
    }
}
