using Microsoft.ML.Data;
using Microsoft.ML.Snip.Images.Decoding;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>Reads image files, each when its image is requested.</summary>
/// <param name="files">The files.</param>
/// <param name="imageType">The type of the images, with the size that they must have, if any.</param>
internal sealed class ImageFileReader(ImageFile[] files, ImageDataViewType imageType) : ImageReader
{
    private int _row;

    /// <summary>Whether images may have any size.</summary>
    public bool TakesAnySize => imageType.Height == 0;

    public override void MoveTo(int row) => _row = row;

    public override MLImage ReadImage()
    {
        byte[] bytes = ReadFile(out ImageFile file);
        string path = file.Path;
        using DecodedImage? image = ImageDecoder.TryDecode(bytes, target: null, out string? fault);
        if (image is null)
        {
            throw new FormatException($"'{path}': the {bytes.Length} bytes {fault}.");
        }

        if (imageType.Height > 0 && (image.Height != imageType.Height || image.Width != imageType.Width))
        {
            throw new FormatException(
                $"'{path}' is an image of {image.Width} x {image.Height} pixels, expected {imageType.Width} x {imageType.Height}.");
        }

        return MLImage.CreateFromPixels(image.Width, image.Height, MLPixelFormat.Rgba32, image.Pixels);
    }

    /// <summary>The bytes of the row's file.</summary>
    /// <param name="file">The file.</param>
    public byte[] ReadFile(out ImageFile file)
    {
        file = files[_row];
        return File.ReadAllBytes(file.Path);
    }

    public override string ReadLabel() => files[_row].Label;

    protected override void Dispose(bool disposing)
    {
    }
}
