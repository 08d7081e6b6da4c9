using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>Pictures that each have a file of their own.</summary>
/// <param name="files">The files, in the order of the rows.</param>
/// <param name="imageType">The type of the pictures, with their size if all must have the same.</param>
internal sealed class PictureFileSource(PictureFile[] files, ImageDataViewType imageType) : PictureSource
{
    public override int Count => files.Length;

    public override ImageDataViewType ImageType => imageType;

    public override bool IsRandomAccess => true;

    public override PictureReader Open(bool pictures, bool labels) => new PictureFileReader(files, imageType);
}
