using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>Images that are each in a separate file.</summary>
/// <param name="files">The files, in the order of the rows.</param>
/// <param name="imageType">The type of the images, with their size if all must have the same.</param>
internal sealed class ImageFileSource(ImageFile[] files, ImageDataViewType imageType) : ImageSource
{
    public override int Count => files.Length;

    public override ImageDataViewType ImageType => imageType;

    public override bool IsRandomAccess => true;

    public override ImageReader Open(bool images, bool labels) => new ImageFileReader(files, imageType);
}
