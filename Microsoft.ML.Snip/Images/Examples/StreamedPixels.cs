namespace Microsoft.ML.Snip.Images.Examples;

/// <summary>The pixels of a data set that does not fit into memory.</summary>
/// <param name="Passes">Reads them.</param>
/// <param name="HasByteValues">Whether they are whole numbers from 0 to 255.</param>
/// <param name="Statistics">Mean and deviation of each channel of all images.</param>
/// <param name="BufferBytes">The memory for the images among which the next one is drawn.</param>
internal sealed record StreamedPixels(IImagePasses Passes, bool HasByteValues, ChannelStatistics[] Statistics, long BufferBytes)
{
    /// <summary>A store for some of the images.</summary>
    /// <param name="shape">The shape of the images.</param>
    /// <param name="count">The number of images, all black.</param>
    public PixelStore NewStore(ImageShape shape, int count) =>
        HasByteValues ? new BytePixelStore(shape, count) : new FloatPixelStore(shape, count);

    /// <summary>The number of images that the buffer holds, at least 1.</summary>
    /// <param name="shape">The shape of the images.</param>
    public int CountBuffered(ImageShape shape) =>
        (int)Math.Clamp(BufferBytes / ((long)shape.Count * (HasByteValues ? 1 : sizeof(float))), 1, Array.MaxLength);
}
