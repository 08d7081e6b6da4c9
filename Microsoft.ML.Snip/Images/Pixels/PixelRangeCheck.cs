using System.Numerics.Tensors;

namespace Microsoft.ML.Snip.Images.Pixels;

/// <summary>
/// Looks at the first images that a model is given, and warns once if all lie far outside what it was trained on: pixels that were divided
/// by 255 where the training set's were not, or the other way round. After that it costs nothing.
/// </summary>
/// <param name="channels">The images' channels.</param>
/// <param name="warn">Told at most once.</param>
internal sealed class PixelRangeCheck(int channels, Action<string> warn)
{
    /// <summary>Normalised pixels of a training set have deviation 1: this many around 0 are far off.</summary>
    private const float FarOff = 10;

    /// <summary>Normalised pixels that span less than this are as good as one colour.</summary>
    private const float Narrow = 0.05f;

    /// <summary>One image may be of nearly one colour; so many are not.</summary>
    private const int Enough = 16;

    private readonly Lock _lock = new();
    private readonly float[] _min = [.. Enumerable.Repeat(float.PositiveInfinity, channels)];
    private readonly float[] _max = [.. Enumerable.Repeat(float.NegativeInfinity, channels)];
    private int _seen;
    private volatile bool _done;

    /// <summary>Looks at normalised images if it has not seen enough.</summary>
    /// <param name="images">The images, one behind the other, each channel by channel.</param>
    /// <param name="count">How many there are.</param>
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
                warn($"{fault} Give the model pixels in the range that it was trained on.");
            }
        }
    }

    private string? FindFault(ReadOnlySpan<float> images, int count)
    {
        float distance = TensorPrimitives.SumOfMagnitudes(images) / images.Length;
        if (distance > FarOff)
        {
            return FormattableString.Invariant(
                $"The pixels lie {distance:F0} standard deviations away from the training set's mean, as if only those had been divided by 255.");
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
            ? FormattableString.Invariant(
                $"The pixels of the first {_seen} images span {widest:F3} of the training set's standard deviation, as if they had been divided by 255 and the training set's had not.")
            : null;
    }
}
