using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip;

/// <summary>
/// A data set of labelled images in some format. Derive from it to add a format of your own; <see cref="SnipCatalog.LoadImages"/> makes an
/// <see cref="IDataView"/> of it, with lazy reading, shuffling and several cursors.
/// </summary>
/// <remarks>Several threads may call its members at the same time; each cursor opens an <see cref="ImageReader"/> of its own.</remarks>
public abstract class ImageSource
{
    /// <summary>The number of images.</summary>
    public abstract int Count { get; }

    /// <summary>The type of the images, with their size if all images have the same size.</summary>
    public abstract ImageDataViewType ImageType { get; }

    /// <summary>Whether rows can be read in any order without reading others; otherwise they are read in order from the first.</summary>
    public abstract bool IsRandomAccess { get; }

    /// <summary>Opens the files that are needed to read rows.</summary>
    /// <param name="images">Whether images will be read.</param>
    /// <param name="labels">Whether labels will be read.</param>
    public abstract ImageReader Open(bool images, bool labels);
}
