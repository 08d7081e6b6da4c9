using System.IO.Compression;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.Benchmarks.Setup;

/// <summary>Real Fashion-MNIST images, made to fit a network: scaled to its size (nearest pixel) and copied to each channel.</summary>
internal sealed class ImageSet(string folder)
{
    private const float Mean = 0.2860f, Deviation = 0.3530f;

    private readonly byte[] _pixels = Read(Path.Combine(folder, "train-images-idx3-ubyte.gz"), 16);
    private readonly byte[] _labels = Read(Path.Combine(folder, "train-labels-idx1-ubyte.gz"), 8);

    /// <summary>What <see cref="Load"/> does to raw pixels.</summary>
    public static PixelNormalization Normalization { get; } = new([255 * Mean], [1 / (255 * Deviation)]);

    /// <summary>Normalised pixels.</summary>
    public float[] Load(int count, ImageShape shape) =>
        Array.ConvertAll(LoadRaw(count, shape), pixel => ((pixel / 255f) - Mean) / Deviation);

    /// <summary>Raw pixels, 0 to 255.</summary>
    public byte[] LoadRaw(int count, ImageShape shape)
    {
        var images = new byte[count * shape.Count];
        int at = 0;
        for (int example = 0; example < count; example++)
        {
            for (int channel = 0; channel < shape.Channels; channel++)
            {
                for (int row = 0; row < shape.Height; row++)
                {
                    for (int column = 0; column < shape.Width; column++)
                    {
                        images[at++] = _pixels[(example * 784) + (row * 28 / shape.Height * 28) + (column * 28 / shape.Width)];
                    }
                }
            }
        }

        return images;
    }

    public long[] Labels(int count) => Array.ConvertAll(_labels[..count], label => (long)label);

    private static byte[] Read(string path, int header)
    {
        using var unzipped = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var memory = new MemoryStream();
        unzipped.CopyTo(memory);
        return memory.ToArray()[header..];
    }
}
