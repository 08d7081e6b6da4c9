using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.Images.InMemory;

/// <summary>The raw pixels of a training set, decoded once and kept in memory.</summary>
internal abstract class PixelStore
{
    /// <summary>How many pictures there are.</summary>
    public abstract int Count { get; }

    /// <summary>Adds a picture.</summary>
    /// <param name="raw">Channels x height x width values.</param>
    public abstract void Add(ReadOnlySpan<float> raw);

    /// <summary>Normalises one picture.</summary>
    /// <param name="index">Which picture.</param>
    /// <param name="normalization">The normalisation, of as many channels as the pictures have.</param>
    /// <param name="destination">Receives channels x height x width values.</param>
    public abstract void CopyNormalized(int index, PixelNormalization normalization, Span<float> destination);

    /// <summary>Mean and standard deviation of all values of each channel, of the given pictures.</summary>
    public abstract ChannelStatistics[] Measure(ReadOnlySpan<int> indices);
}

/// <summary>Mean and (population) standard deviation of one channel's raw values; the deviation of a constant channel is exactly 0.</summary>
internal readonly record struct ChannelStatistics(double Mean, double Deviation);
