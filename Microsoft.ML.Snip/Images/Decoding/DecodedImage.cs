using System.Buffers;

namespace Microsoft.ML.Snip.Images.Decoding;

/// <summary>The upright pixels of an image file, in pooled memory that is returned when this object is disposed.</summary>
/// <param name="pixels">Memory from <see cref="ArrayPool{T}.Shared"/>; this object owns it from now on.</param>
/// <param name="width">The width in pixels.</param>
/// <param name="height">The height in pixels.</param>
internal sealed class DecodedImage(byte[] pixels, int width, int height) : IDisposable
{
    /// <summary>The width in pixels.</summary>
    public int Width => width;

    /// <summary>The height in pixels.</summary>
    public int Height => height;

    /// <summary>
    /// Red, green, blue and alpha of each pixel, row by row; colours are premultiplied by alpha, as in <see cref="ML.Data.MLImage"/>.
    /// </summary>
    public Span<byte> Pixels => pixels.AsSpan(0, 4 * width * height);

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(pixels);
}
