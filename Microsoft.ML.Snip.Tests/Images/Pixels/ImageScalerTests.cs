using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.Tests.Images.Pixels;

[TestClass]
public class ImageScalerTests
{
    [TestMethod]
    [DataRow(new[] { 0, 100 }, new[] { 0, 25, 75, 100 }, DisplayName = "enlarged by 2")]
    [DataRow(new[] { 0, 90 }, new[] { 0, 45, 90 }, DisplayName = "enlarged by 3/2")]
    [DataRow(new[] { 10, 20, 40, 80 }, new[] { 19, 54 }, DisplayName = "shrunk by 2: (3 a + 3 b + c) / 7")]
    [DataRow(new[] { 8, 16, 32 }, new[] { 11, 26 }, DisplayName = "shrunk by 3/2: (5 a + 3 b) / 8")]
    [DataRow(new[] { 0, 200, 0, 200, 0, 200, 0, 200 }, new[] { 86, 100, 100, 114 }, DisplayName = "stripes: (a + 3 b + 3 c + d) / 8 "
        + "inside")]
    [DataRow(new[] { 30, 60, 120 }, new[] { 69 }, DisplayName = "shrunk by 3 to one: (2 a + 3 b + 2 c) / 7 = 480 / 7")]
    [DataRow(new[] { 7 }, new[] { 7, 7, 7, 7, 7 }, DisplayName = "one pixel fills")]
    public void A_line_has_the_values_computed_by_hand(int[] line, int[] expected)
    {
        CollectionAssert.AreEqual(expected, Scale(line, line.Length, 1, expected.Length, 1), "as a row");
        CollectionAssert.AreEqual(expected, Scale(line, 1, line.Length, 1, expected.Length), "as a column");
    }

    [TestMethod]
    public void Halving_has_the_values_computed_by_hand()
    {
        int[] image =
        [
            10, 20, 0, 0,
            30, 40, 0, 0,
            100, 100, 8, 16,
            100, 100, 24, 32,
        ];

        // Weights (3, 3, 1, 0) / 7 and (0, 1, 3, 3) / 7 both ways: 1508, 352, 3906 and 1360 by 49.
        CollectionAssert.AreEqual(new[] { 31, 7, 80, 28 }, Scale(image, 4, 4, 2, 2));
    }

    [TestMethod]
    [DataRow(37, 23, 5, 9)]
    [DataRow(5, 9, 37, 23)]
    [DataRow(40, 7, 13, 19)]
    [DataRow(100, 3, 3, 100)]
    [DataRow(17, 17, 17, 5)]
    [DataRow(1, 1, 4, 3)]
    public void Every_pixel_is_the_mean_that_the_formula_says(int width, int height, int targetWidth, int targetHeight)
    {
        byte[] pixels = new byte[4 * width * height];
        new Random(width + height).NextBytes(pixels);
        byte[] scaled = new byte[4 * targetWidth * targetHeight];
        ImageScaler.Scale(pixels, width, height, scaled, targetWidth, targetHeight);
        for (int y = 0; y < targetHeight; y++)
        {
            for (int x = 0; x < targetWidth; x++)
            {
                for (int channel = 0; channel < 4; channel++)
                {
                    double expected = Mean(pixels, width, height, targetWidth, targetHeight, x, y, channel);
                    Assert.AreEqual(
                        expected, scaled[(((y * targetWidth) + x) * 4) + channel], 0.5001, $"column {x}, row {y}, channel {channel}");
                }
            }
        }
    }

    [TestMethod]
    public void Pixels_are_those_of_Pillow()
    {
        // Image.resize(size, Image.BILINEAR) of Pillow 9.4, which rounds after the columns and after the rows.
        int[] image = [.. Enumerable.Range(0, 13 * 9).Select(at => ((at % 13 * 37) + (at / 13 * 91)) % 256)];
        int[] expected = [99, 134, 116, 111, 140, 108, 114, 132, 112, 120, 132, 112, 117, 129, 115, 151, 123, 114, 120, 117];
        int[] found = Scale(image, 13, 9, 5, 4);
        for (int at = 0; at < expected.Length; at++)
        {
            Assert.AreEqual(expected[at], found[at], 1, $"pixel {at}");
        }
    }

    [TestMethod]
    public void A_constant_image_stays_constant()
    {
        for (int value = 0; value < 256; value += 5)
        {
            for (int side = 1; side < 40; side += 6)
            {
                int[] scaled = Scale([.. Enumerable.Repeat(value, 19 * 23)], 19, 23, side, 41 - side);
                Assert.IsTrue(Array.TrueForAll(scaled, found => found == value), $"{value} at {side}");
            }
        }
    }

    [TestMethod]
    public void A_image_of_the_same_size_stays_as_it_is()
    {
        int[] image = [.. Enumerable.Range(0, 256)];
        CollectionAssert.AreEqual(image, Scale(image, 32, 8, 32, 8));
    }

    [TestMethod]
    public void The_mean_is_kept_where_the_edge_is_even()
    {
        // Every pixel inside is taken with the same sum of weights; only the edge, of one value here, counts for more.
        var random = new Random(3);
        const int Side = 64, Edge = 12;
        int[] image = [.. Enumerable.Range(0, Side * Side)
            .Select(at => Math.Min(at / Side, at % Side) < Edge || Math.Max(at / Side, at % Side) >= Side - Edge
            ? 90
            : random.Next(256))];
        int[] scaled = Scale(image, Side, Side, 8, 8);
        Assert.AreEqual(image.Average(), scaled.Average(), 0.5);
        Assert.IsGreaterThan(5, Math.Abs(image.Average() - 90), "the inside is seen");
    }

    [TestMethod]
    public void Weights_of_more_sizes_than_are_kept_are_right()
    {
        for (int from = 1; from < 200; from++)
        {
            var weights = FilterWeights.Between(from, 3);
            for (int index = 0; index < 3; index++)
            {
                Assert.AreEqual(1, weights.Of(index).ToArray().Sum(), 1e-6);
                Assert.IsTrue(weights.Of(index).ToArray().All(weight => weight > 0));
            }
        }

        CollectionAssert.AreEqual(new[] { 0.75f, 0.25f }, FilterWeights.Between(2, 4).Of(1).ToArray());
        Assert.AreSame(FilterWeights.Between(5, 4), FilterWeights.Between(5, 4));
    }

    /// <summary>Directly from the definition: a sum over all pixels, in two dimensions at once.</summary>
    private static double Mean(byte[] pixels, int width, int height, int targetWidth, int targetHeight, int x, int y, int channel)
    {
        double sum = 0, all = 0;
        for (int row = 0; row < height; row++)
        {
            for (int column = 0; column < width; column++)
            {
                double weight = Triangle(column, x, width, targetWidth) * Triangle(row, y, height, targetHeight);
                sum += weight * pixels[(((row * width) + column) * 4) + channel];
                all += weight;
            }
        }

        return sum / all;
    }

    private static double Triangle(int old, int index, int from, int to)
    {
        double distance = Math.Abs(((old + 0.5) / from) - ((index + 0.5) / to)) * Math.Min(from, to);
        return distance < 1 ? 1 - distance : 0;
    }

    /// <summary>A grey image; its channels are checked to stay alike.</summary>
    private static int[] Scale(int[] grey, int width, int height, int targetWidth, int targetHeight)
    {
        byte[] pixels = [.. grey.SelectMany(value => Enumerable.Repeat((byte)value, 4))], scaled = new byte[4 * targetWidth * targetHeight];
        ImageScaler.Scale(pixels, width, height, scaled, targetWidth, targetHeight);
        byte[][] channels = [.. scaled.Chunk(4)];
        Assert.IsTrue(Array.TrueForAll(channels, pixel => pixel.Distinct().Count() == 1));
        return Array.ConvertAll(channels, pixel => (int)pixel[0]);
    }
}
