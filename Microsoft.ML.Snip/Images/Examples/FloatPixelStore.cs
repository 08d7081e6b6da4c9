using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.Images.Examples;

/// <summary>Stores pixels as floats.</summary>
/// <param name="shape">The images' shape.</param>
internal sealed class FloatPixelStore(ImageShape shape) : PixelStore
{
    private readonly PixelBlocks<float> _images = new(shape.Count);
    private readonly int _area = shape.Height * shape.Width;

    /// <summary>A store of black images, which <see cref="Set"/> replaces.</summary>
    public FloatPixelStore(ImageShape shape, int count)
        : this(shape) => _images.AddBlack(count);

    public override int Count => _images.Count;

    public override long Bytes => _images.Bytes;

    public override void Add(ReadOnlySpan<float> raw) => raw.CopyTo(_images.Add());

    public override void Set(int index, ReadOnlySpan<float> raw) => raw.CopyTo(_images[index]);

    public override void CopyFrom(PixelStore source, int from, int to) => ((FloatPixelStore)source)._images[from].CopyTo(_images[to]);

    public override void CopyRaw(int index, Span<float> destination) => _images[index].CopyTo(destination);

    public override void CopyNormalized(int index, PixelNormalization normalization, Span<float> destination) =>
        normalization.Apply(_images[index], destination);

    public override void AppendTo(IncrementalHash hash, int index) => hash.AppendData(MemoryMarshal.AsBytes(_images[index]));

    /// <summary>Computes in two passes: first the mean, then the mean squared distance from it.</summary>
    public override ChannelStatistics[] Measure(ReadOnlySpan<int> indices)
    {
        var statistics = new ChannelStatistics[shape.Channels];
        for (int channel = 0; channel < statistics.Length; channel++)
        {
            statistics[channel] = Measure(indices, channel);
        }

        return statistics;
    }

    private ChannelStatistics Measure(ReadOnlySpan<int> indices, int channel)
    {
        double count = (double)indices.Length * _area;
        double sum = 0;
        float min = float.PositiveInfinity;
        float max = float.NegativeInfinity;
        foreach (int index in indices)
        {
            foreach (float value in _images[index].Slice(channel * _area, _area))
            {
                sum += value;
                min = Math.Min(min, value);
                max = Math.Max(max, value);
            }
        }

        if (min == max)
        {
            return new ChannelStatistics(min, 0);
        }

        double mean = sum / count;
        double squares = 0;
        foreach (int index in indices)
        {
            foreach (float value in _images[index].Slice(channel * _area, _area))
            {
                squares += (value - mean) * (value - mean);
            }
        }

        return new ChannelStatistics(mean, Math.Sqrt(squares / count));
    }
}
