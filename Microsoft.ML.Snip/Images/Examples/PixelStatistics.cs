namespace Microsoft.ML.Snip.Images.Examples;

/// <summary>
/// Mean and deviation of each channel, computed image by image. The sums of whole numbers are exact; those of other numbers are of the
/// differences from a channel's first value, in double precision.
/// </summary>
/// <param name="channels">The number of channels.</param>
internal sealed class PixelStatistics(int channels)
{
    private double[] _firsts = new double[channels];
    private double[] _sums = new double[channels];
    private double[] _squares = new double[channels];
    private double _count;

    /// <summary>Adds an image.</summary>
    /// <param name="raw">Its values, channel by channel.</param>
    public void Add(ReadOnlySpan<float> raw)
    {
        int area = raw.Length / _sums.Length;
        for (int channel = 0; channel < _sums.Length; channel++)
        {
            ReadOnlySpan<float> values = raw.Slice(channel * area, area);
            _firsts[channel] = _count == 0 ? values[0] : _firsts[channel];
            double first = _firsts[channel], sum = 0, squares = 0;
            foreach (float value in values)
            {
                double difference = value - first;
                sum += difference;
                squares += difference * difference;
            }

            _sums[channel] += sum;
            _squares[channel] += squares;
        }

        _count += area;
    }

    /// <summary>Gives grey images three equal channels.</summary>
    public void ToColour()
    {
        _firsts = [_firsts[0], _firsts[0], _firsts[0]];
        _sums = [_sums[0], _sums[0], _sums[0]];
        _squares = [_squares[0], _squares[0], _squares[0]];
    }

    /// <summary>The statistics of the images so far.</summary>
    public ChannelStatistics[] ToChannels() => [.. Enumerable.Range(0, _sums.Length).Select(channel =>
    {
        double mean = _sums[channel] / _count;
        double variance = Math.Max(0, (_squares[channel] / _count) - (mean * mean));
        return new ChannelStatistics(_firsts[channel] + mean, Math.Sqrt(variance));
    })];
}
