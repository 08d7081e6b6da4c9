using System.Security.Cryptography;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.Images.Examples;

/// <summary>The raw pixels of a training set, decoded once and kept in memory.</summary>
internal abstract class PixelStore
{
    /// <summary>The number of images.</summary>
    public abstract int Count { get; }

    /// <summary>The memory of all images, in bytes.</summary>
    public abstract long Bytes { get; }

    /// <summary>Whether raw values are stored as bytes.</summary>
    public virtual bool HasBytes => false;

    /// <summary>Adds an image.</summary>
    /// <param name="raw">Channels x height x width values.</param>
    public abstract void Add(ReadOnlySpan<float> raw);

    /// <summary>Replaces an image.</summary>
    /// <param name="index">The index of the image.</param>
    /// <param name="raw">Channels x height x width values.</param>
    public abstract void Set(int index, ReadOnlySpan<float> raw);

    /// <summary>Replaces an image by one of another store of the same kind.</summary>
    /// <param name="source">The other store.</param>
    /// <param name="from">The index of the image there.</param>
    /// <param name="to">The index of the image here.</param>
    public abstract void CopyFrom(PixelStore source, int from, int to);

    /// <summary>The raw values of an image.</summary>
    /// <param name="index">The index of the image.</param>
    /// <param name="destination">Receives channels x height x width values.</param>
    public abstract void CopyRaw(int index, Span<float> destination);

    /// <summary>Normalises one image.</summary>
    /// <param name="index">The index of the image.</param>
    /// <param name="normalization">The normalisation, with as many channels as the images.</param>
    /// <param name="destination">Receives channels x height x width values.</param>
    public abstract void CopyNormalized(int index, PixelNormalization normalization, Span<float> destination);

    /// <summary>Copies one image's raw values if they are stored as bytes; otherwise does nothing and returns false.</summary>
    /// <param name="index">The index of the image.</param>
    /// <param name="destination">Receives channels x height x width values.</param>
    public virtual bool TryCopyBytes(int index, Span<byte> destination) => false;

    /// <summary>Adds one image's raw values to a hash.</summary>
    public abstract void AppendTo(IncrementalHash hash, int index);

    /// <summary>Mean and standard deviation of each channel over all values of the given images.</summary>
    public abstract ChannelStatistics[] Measure(ReadOnlySpan<int> indices);
}

/// <summary>
/// Mean and (population) standard deviation of one channel's raw values; the deviation of a constant channel is exactly 0.
/// </summary>
internal readonly record struct ChannelStatistics(double Mean, double Deviation);
