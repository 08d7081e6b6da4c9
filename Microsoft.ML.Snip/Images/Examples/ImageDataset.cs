using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.Images.Examples;

/// <summary>
/// A labelled set of images: decoded once and kept in memory, or, if they do not fit, with labels in memory and pixels that are read again
/// for each pass.
/// </summary>
internal sealed class ImageDataset
{
    private readonly PixelStore? _pixels;
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

    /// <param name="shape">The images' shape.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="labels">Each image's class, from 0.</param>
    /// <param name="stream">The images, as many as labels.</param>
    public ImageDataset(ImageShape shape, ClassLabels classes, int[] labels, StreamedPixels stream)
    {
        Shape = shape;
        Classes = classes;
        Labels = labels;
        Stream = stream;
    }

    /// <summary>The images' shape.</summary>
    public ImageShape Shape { get; }

    /// <summary>The classes, in the order of their indices.</summary>
    public ClassLabels Classes { get; }

    /// <summary>Each image's class, from 0.</summary>
    public int[] Labels { get; }

    /// <summary>How much each image counts in training, at least 0; null if all count 1.</summary>
    public float[]? Weights { get; init; }

    /// <summary>The pixels if they are not in memory; otherwise null.</summary>
    public StreamedPixels? Stream { get; }

    /// <summary>Whether images are stored as bytes.</summary>
    public bool HasBytes => Stream?.HasByteValues ?? Pixels.HasBytes;

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
        Pixels.CopyNormalized(index, normalization, destination);

    /// <summary>Copies one image's raw values if they are stored as bytes; otherwise does nothing and returns false.</summary>
    /// <param name="index">The index of the image.</param>
    /// <param name="destination">Receives channels x height x width values.</param>
    public bool TryCopyBytes(int index, Span<byte> destination) => Pixels.TryCopyBytes(index, destination);

    /// <summary>Computes the normalisation from all images.</summary>
    public PixelNormalization ComputeNormalization() => ComputeNormalization([.. Enumerable.Range(0, Count)], () => { });

    /// <summary>Computes the normalisation from some images: the ones that are trained on.</summary>
    /// <param name="indices">The indices of the images.</param>
    /// <param name="check">Called now and then if pixels have to be read again; throws to stop.</param>
    public PixelNormalization ComputeNormalization(int[] indices, Action check)
    {
        ChannelStatistics[] channels = Stream is null ? Pixels.Measure(indices)
            : indices.Length == Count ? Stream.Statistics
            : MeasureStream(Stream, indices, check);
        return new PixelNormalization(
            [.. channels.Select(channel => (float)channel.Mean)],
            [.. channels.Select(channel => ScaleOf(channel.Deviation))]);
    }

    /// <summary>Copies some images into memory.</summary>
    /// <param name="indices">The indices of the images.</param>
    /// <param name="check">Called now and then if pixels have to be read again; throws to stop.</param>
    /// <returns>The images in this order; this data set itself if it is in memory.</returns>
    public ExampleSet Load(int[] indices, Action check)
    {
        if (Stream is null)
        {
            return new ExampleSet(this, indices);
        }

        ILookup<int, int> placesOf = indices.Select((index, place) => (index, place)).ToLookup(pair => pair.index, pair => pair.place);
        PixelStore store = Stream.NewStore(Shape, indices.Length);
        Stream.Passes.Read(
            order: null,
            (index, raw) =>
            {
                foreach (int place in placesOf[index])
                {
                    store.Set(place, raw);
                }
            },
            check);
        return ExampleSet.All(new ImageDataset(Shape, Classes, Array.ConvertAll(indices, index => Labels[index]), store));
    }

    private PixelStore Pixels => _pixels
        ?? throw new InvalidOperationException("The images are not in memory; they have to be loaded or read in passes.");

    private ChannelStatistics[] MeasureStream(StreamedPixels stream, int[] indices, Action check)
    {
        var isMeasured = new bool[Count];
        Array.ForEach(indices, index => isMeasured[index] = true);
        var statistics = new PixelStatistics(Shape.Channels);
        stream.Passes.Read(
            order: null,
            (index, raw) =>
            {
                if (isMeasured[index])
                {
                    statistics.Add(raw);
                }
            },
            check);
        return statistics.ToChannels();
    }

    private string ComputeFingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<int>(Labels));
        hash.AppendData(MemoryMarshal.AsBytes<float>(Weights));
        if (Stream is not null)
        {
            Stream.Passes.Read(order: null, (_, raw) => hash.AppendData(MemoryMarshal.AsBytes(raw)), () => { });
        }

        for (int index = 0; Stream is null && index < Count; index++)
        {
            Pixels.AppendTo(hash, index);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static float ScaleOf(double deviation) => float.IsFinite((float)(1 / deviation)) ? (float)(1 / deviation) : 1f;
}
