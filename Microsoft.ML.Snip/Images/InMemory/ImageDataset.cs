using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.Images.InMemory;

/// <summary>A labelled set of images, decoded once and kept in memory.</summary>
internal sealed class ImageDataset
{
    private readonly PixelStore _pixels;
    private string? _fingerprint;

    /// <param name="shape">The images' shape.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="labels">Each image's class, from 0.</param>
    /// <param name="pixels">The images, as many as labels.</param>
    public ImageDataset(ImageShape shape, ClassLabels classes, int[] labels, PixelStore pixels)
    {
        Shape = shape;
        Classes = classes;
        Labels = labels;
        _pixels = pixels;
    }

    /// <summary>The images' shape.</summary>
    public ImageShape Shape { get; }

    /// <summary>The classes, in the order of their indices.</summary>
    public ClassLabels Classes { get; }

    /// <summary>Each image's class, from 0.</summary>
    public int[] Labels { get; }

    /// <summary>The number of images that could not be read and were skipped.</summary>
    public int SkippedCount { get; init; }

    /// <summary>The number of images.</summary>
    public int Count => Labels.Length;

    /// <summary>A hash of all labels and pixels, by which data sets are told apart.</summary>
    public string Fingerprint => _fingerprint ??= ComputeFingerprint();

    /// <summary>Normalises one image.</summary>
    /// <param name="index">The index of the image.</param>
    /// <param name="normalization">The normalisation.</param>
    /// <param name="destination">Receives channels x height x width values.</param>
    public void CopyNormalized(int index, PixelNormalization normalization, Span<float> destination) =>
        _pixels.CopyNormalized(index, normalization, destination);

    /// <summary>Copies one image's raw values if they are stored as bytes; otherwise does nothing and returns false.</summary>
    /// <param name="index">The index of the image.</param>
    /// <param name="destination">Receives channels x height x width values.</param>
    public bool TryCopyBytes(int index, Span<byte> destination) => _pixels.TryCopyBytes(index, destination);

    /// <summary>Computes the normalisation from all images.</summary>
    public PixelNormalization ComputeNormalization() => ComputeNormalization([.. Enumerable.Range(0, Count)]);

    /// <summary>Computes the normalisation from some images: the ones that are trained on.</summary>
    /// <param name="indices">The indices of the images.</param>
    public PixelNormalization ComputeNormalization(ReadOnlySpan<int> indices)
    {
        ChannelStatistics[] channels = _pixels.Measure(indices);
        return new PixelNormalization(
            [.. channels.Select(channel => (float)channel.Mean)],
            [.. channels.Select(channel => ScaleOf(channel.Deviation))]);
    }

    private string ComputeFingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<int>(Labels));
        for (int index = 0; index < Count; index++)
        {
            _pixels.AppendTo(hash, index);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static float ScaleOf(double deviation) => float.IsFinite((float)(1 / deviation)) ? (float)(1 / deviation) : 1f;
}
