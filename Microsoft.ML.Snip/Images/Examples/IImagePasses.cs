namespace Microsoft.ML.Snip.Images.Examples;

/// <summary>Reads the images of a data set again for each pass, because they do not fit into memory.</summary>
internal interface IImagePasses
{
    /// <summary>Reads all images once.</summary>
    /// <param name="order">Draws an order of the rows, if they can be read in any order; null for their own order.</param>
    /// <param name="take">Receives each image.</param>
    /// <param name="check">Called every few hundred rows; throws to stop.</param>
    /// <exception cref="InvalidOperationException">The rows are not those of the pass before.</exception>
    void Read(Random? order, ImageTaker take, Action check);
}

/// <summary>Receives an image.</summary>
/// <param name="index">The index of the image in its data set.</param>
/// <param name="raw">Its raw values; valid until the call returns.</param>
internal delegate void ImageTaker(int index, ReadOnlySpan<float> raw);
