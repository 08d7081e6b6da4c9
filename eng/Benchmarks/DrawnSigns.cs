using Microsoft.ML.Data;

namespace Microsoft.ML.Snip.Benchmarks;

/// <summary>
/// A data set of any number of classes: each is a sign of three or four random strokes on 28 x 28 pixels. Its images differ by a shift of
/// up to two pixels, half a pixel at the ends of each stroke, brightness, and normal noise on every pixel.
/// </summary>
internal sealed class DrawnSigns
{
    private const int Size = 28;
    private const double Margin = 5, Span = 18, Shift = 2, EndShift = 0.5, HalfWidth = 2, Darkest = 120, Brightest = 240;

    private readonly double _noise;
    private readonly Stroke[][] _signs;

    /// <param name="classes">How many signs there are; the same number gives the same signs.</param>
    /// <param name="noise">The standard deviation of the noise, in 0 to 255.</param>
    public DrawnSigns(int classes, double noise)
    {
        var random = new Random(7);
        _noise = noise;
        _signs = new Stroke[classes][];
        for (int sign = 0; sign < classes; sign++)
        {
            _signs[sign] = new Stroke[3 + random.Next(2)];
            foreach (ref Stroke stroke in _signs[sign].AsSpan())
            {
                stroke = new Stroke(
                    Margin + (random.NextDouble() * Span), Margin + (random.NextDouble() * Span), Margin + (random.NextDouble() * Span),
                    Margin + (random.NextDouble() * Span));
            }
        }
    }

    /// <summary>Images of the classes in turn.</summary>
    public ImageRow[] Draw(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(index => new ImageRow
        {
            Label = $"c{index % _signs.Length}",
            Image = Draw(_signs[index % _signs.Length], random),
        })];
    }

    private byte[] Draw(Stroke[] sign, Random random)
    {
        double across = Between(-Shift, Shift, random), down = Between(-Shift, Shift, random), ink = Between(Darkest, Brightest, random);
        var pixels = new double[Size * Size];
        foreach (Stroke stroke in sign)
        {
            var moved = new Stroke(
                stroke.X0 + across + Between(-EndShift, EndShift, random), stroke.Y0 + down + Between(-EndShift, EndShift, random),
                stroke.X1 + across + Between(-EndShift, EndShift, random), stroke.Y1 + down + Between(-EndShift, EndShift, random));
            for (int pixel = 0; pixel < pixels.Length; pixel++)
            {
                double covered = Math.Clamp(HalfWidth - moved.DistanceTo(pixel % Size, pixel / Size), 0, 1);
                pixels[pixel] = Math.Max(pixels[pixel], ink * covered);
            }
        }

        return Array.ConvertAll(pixels, value => (byte)Math.Clamp(value + (_noise * DrawNormal(random)), 0, 255));
    }

    private static double Between(double low, double high, Random random) => low + (random.NextDouble() * (high - low));

    private static double DrawNormal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>An image as ML.NET reads it.</summary>
    internal sealed class ImageRow
    {
        [VectorType(1, Size, Size)]
        public byte[] Image { get; set; } = [];

        public string Label { get; set; } = string.Empty;
    }

    private readonly record struct Stroke(double X0, double Y0, double X1, double Y1)
    {
        public double DistanceTo(double x, double y)
        {
            double width = X1 - X0, height = Y1 - Y0;
            double along = Math.Clamp(
                (((x - X0) * width) + ((y - Y0) * height)) / Math.Max(1e-9, (width * width) + (height * height)), 0, 1);
            return double.Hypot(x - X0 - (along * width), y - Y0 - (along * height));
        }
    }
}
