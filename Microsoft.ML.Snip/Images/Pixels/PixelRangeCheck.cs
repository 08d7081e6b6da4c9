using System.Globalization;
using System.Numerics.Tensors;

namespace Microsoft.ML.Snip.Images.Pixels;

/// <summary>
/// Checks the first images that a model gets, and warns once if their pixels are far outside the range of the training set: pixels that
/// were divided by 255 where the training set's were not, or the other way round. Later calls cost nothing.
/// </summary>
/// <param name="channels">The number of channels of the images.</param>
/// <param name="warn">Receives at most one warning.</param>
internal sealed class PixelRangeCheck(int channels, Action<string> warn)
{
    /// <summary>A suspicious mean distance from 0: the normalised pixels of a training set have mean 0 and standard deviation 1.</summary>
    private const float FarOff = 10;

    /// <summary>Normalised pixels within a smaller range than this are practically one colour.</summary>
    private const float Narrow = 0.05f;

    /// <summary>The number of images for a warning about a narrow range: one image may be of nearly one colour, but not so many.</summary>
    private const int Enough = 16;

    private readonly Lock _lock = new();
    private readonly float[] _min = [.. Enumerable.Repeat(float.PositiveInfinity, channels)];
    private readonly float[] _max = [.. Enumerable.Repeat(float.NegativeInfinity, channels)];
    private int _seen;
    private volatile bool _done;

    /// <summary>Checks normalised images, unless enough have been checked.</summary>
    /// <param name="images">The images, one after the other, each channel by channel.</param>
    /// <param name="count">The number of images.</param>
    public void Look(ReadOnlySpan<float> images, int count)
    {
        if (_done || count == 0)
        {
            return;
        }

        lock (_lock)
        {
            if (!_done && FindFault(images, count) is { } fault)
            {
                _done = true;
                warn($"{fault} Pass pixels in the same range as in training.");
            }
        }
    }

    private string? FindFault(ReadOnlySpan<float> images, int count)
    {
        float distance = TensorPrimitives.SumOfMagnitudes(images) / images.Length;
        if (distance > FarOff)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"The pixels are on average {distance:F0} standard deviations away from the training set's mean, as if only the training "
                + $"set's pixels had been divided by 255.");
        }

        int area = images.Length / count / channels;
        for (int plane = 0; plane < count * channels; plane++)
        {
            ReadOnlySpan<float> pixels = images.Slice(plane * area, area);
            int channel = plane % channels;
            _min[channel] = Math.Min(_min[channel], TensorPrimitives.Min(pixels));
            _max[channel] = Math.Max(_max[channel], TensorPrimitives.Max(pixels));
        }

        _seen += count;
        float widest = _max.Zip(_min, (max, min) => max - min).Max();
        _done = widest >= Narrow;
        return widest is > 0 and < Narrow && _seen >= Enough
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"The pixels of the first {_seen} images span {widest:F3} of the training set's standard deviation, as if they had been "
                + $"divided by 255 and the training set's pixels had not.")
            : null;
    }
}
