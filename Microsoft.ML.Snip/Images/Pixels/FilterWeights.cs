using System.Collections.Concurrent;

namespace Microsoft.ML.Snip.Images.Pixels;

/// <summary>
/// Weights to resize a line of pixels: each new pixel is a weighted mean of neighbouring old pixels. The filter is a triangle. It
/// interpolates when enlarging; when shrinking, its width grows with the reduction and it averages. Pillow calls this filter BILINEAR,
/// torchvision calls it bilinear with antialias.
/// </summary>
/// <remarks>
/// With s = from / to and r = max(1, s), new pixel i has its centre at c = (i + 1/2) s among the old ones, and old pixel j has the weight
/// max(0, 1 - |j + 1/2 - c| / r), divided by the sum of these weights. Where the triangle extends beyond an end of the line, the remaining
/// pixels get larger weights.
/// </remarks>
internal sealed class FilterWeights
{
    /// <summary>The size of the cache. A data set usually has images of few sizes; when the cache is full, it is cleared.</summary>
    private const int MaxKept = 64;

    private static readonly ConcurrentDictionary<(int From, int To), FilterWeights> Kept = new();

    private readonly int[] _starts;
    private readonly float[][] _weights;

    private FilterWeights(int from, int to)
    {
        double scale = (double)from / to, reach = Math.Max(1, scale);
        _starts = new int[to];
        _weights = new float[to][];
        for (int index = 0; index < to; index++)
        {
            double centre = (index + 0.5) * scale;
            int start = Math.Max(0, (int)Math.Floor(centre - reach)), end = Math.Min(from, (int)Math.Ceiling(centre + reach));
            double[] weights =
                [.. Enumerable.Range(start, end - start).Select(old => Math.Max(0, 1 - (Math.Abs(old + 0.5 - centre) / reach)))];
            int first = Array.FindIndex(weights, weight => weight > 0), last = Array.FindLastIndex(weights, weight => weight > 0);
            double sum = weights.Sum();
            _starts[index] = start + first;
            _weights[index] = [.. weights[first..(last + 1)].Select(weight => (float)(weight / sum))];
        }
    }

    /// <summary>The weights between two lengths; safe for many threads at once.</summary>
    /// <param name="from">The number of old pixels.</param>
    /// <param name="to">The number of new pixels.</param>
    public static FilterWeights Between(int from, int to)
    {
        if (Kept.Count >= MaxKept)
        {
            Kept.Clear();
        }

        return Kept.GetOrAdd((from, to), static lengths => new FilterWeights(lengths.From, lengths.To));
    }

    /// <summary>The first old pixel that contributes to a new pixel.</summary>
    public int StartOf(int index) => _starts[index];

    /// <summary>The weights of the old pixels for a new pixel, from the first contributing one on; their sum is 1.</summary>
    public ReadOnlySpan<float> Of(int index) => _weights[index];
}
