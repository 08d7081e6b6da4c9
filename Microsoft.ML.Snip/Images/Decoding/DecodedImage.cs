using System.Buffers;

namespace Microsoft.ML.Snip.Images.Decoding;

/// <summary>An image file's pixels, upright, in memory that is given back when this is disposed.</summary>
/// <param name="pixels">Memory of <see cref="ArrayPool{T}.Shared"/>, which this owns from now on.</param>
/// <param name="width">Pixels in a row.</param>
/// <param name="height">Rows of pixels.</param>
internal sealed class DecodedImage(byte[] pixels, int width, int height) : IDisposable
{
    /// <summary>Pixels in a row.</summary>
    public int Width => width;

    /// <summary>Rows of pixels.</summary>
    public int Height => height;

    /// <summary>
    /// Red, green, blue and alpha of each pixel, row by row; colours are multiplied by alpha, as those of <see cref="ML.Data.MLImage"/>.
    /// </summary>
    public Span<byte> Pixels => pixels.AsSpan(0, 4 * width * height);

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(pixels);
}
