using System.Collections.Concurrent;

namespace Microsoft.ML.Snip.Images.Pixels;

/// <summary>
/// How a line of pixels becomes a line of another length: each new pixel is a weighted mean of neighbouring old ones. The filter is a
/// triangle, which interpolates where it enlarges and, grown with the reduction, averages where it shrinks: what Pillow calls BILINEAR and
/// torchvision bilinear with antialias.
/// </summary>
/// <remarks>
/// With s = from / to and r = max(1, s), new pixel i has its centre at c = (i + 1/2) s among the old ones, and takes old pixel j with the
/// weight max(0, 1 - |j + 1/2 - c| / r), divided by the sum of these weights. Where the triangle reaches over an end of the line, what is
/// there counts for more.
/// </remarks>
internal sealed class FilterWeights
{
    /// <summary>Folders hold images of few sizes, so few are kept; when there are more, all are forgotten.</summary>
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
            int empty = Array.FindIndex(weights, weight => weight > 0), last = Array.FindLastIndex(weights, weight => weight > 0);
            double sum = weights.Sum();
            _starts[index] = start + empty;
            _weights[index] = [.. weights[empty..(last + 1)].Select(weight => (float)(weight / sum))];
        }
    }

    /// <summary>The weights between two lengths; safe for many threads at once.</summary>
    /// <param name="from">How many pixels there are.</param>
    /// <param name="to">How many there will be.</param>
    public static FilterWeights Between(int from, int to)
    {
        if (Kept.Count >= MaxKept)
        {
            Kept.Clear();
        }

        return Kept.GetOrAdd((from, to), static lengths => new FilterWeights(lengths.From, lengths.To));
    }

    /// <summary>The first old pixel that a new one takes something of.</summary>
    public int StartOf(int index) => _starts[index];

    /// <summary>The weights of the old pixels from the first on; their sum is 1.</summary>
    public ReadOnlySpan<float> Of(int index) => _weights[index];
}
