using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.Tests.Images.Pixels;

/// <summary>Vectors of pixels and those left over, against the formulas pixel by pixel.</summary>
[TestClass]
public class PixelPlanesTests
{
    private static readonly PixelNormalization Normalization = new([33.3184f, 0.1f, 129.7f], [1 / 78.5675f, 1 / 3f, 0.0123f]);

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Grey_is_the_rounded_luma_of_every_colour(bool redFirst)
    {
        var unchanged = PixelNormalization.Unchanged(1);
        byte[] pixels = new byte[4 * 65536];
        var plane = new float[65536];
        for (int first = 0; first < 256; first++)
        {
            for (int i = 0; i < plane.Length; i++)
            {
                (pixels[4 * i], pixels[(4 * i) + 1], pixels[(4 * i) + 2], pixels[(4 * i) + 3]) = (
                (byte)first, (byte)i, (byte)(i >> 8), (byte)~i);
            }

            PixelPlanes.WriteGrey(pixels, redFirst, unchanged, plane);
            for (int i = 0; i < plane.Length; i++)
            {
                int expected = Grey(pixels.AsSpan(4 * i), redFirst);
                if (plane[i] != expected)
                {
                    Assert.Fail($"Bytes {first}, {(byte)i}, {i >> 8}: {plane[i]} and not {expected}.");
                }
            }
        }
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Any_number_of_pixels_is_written_whole(bool redFirst)
    {
        var random = new Random(1);
        for (int count = 1; count <= 70; count++)
        {
            byte[] pixels = new byte[4 * count];
            random.NextBytes(pixels);
            var grey = new float[count];
            var colours = new float[3 * count];
            PixelPlanes.WriteGrey(pixels, redFirst, Normalization, grey);
            PixelPlanes.WriteColours(pixels, redFirst, Normalization, colours);
            for (int i = 0; i < count; i++)
            {
                Assert.AreEqual(Normalised(Grey(pixels.AsSpan(4 * i), redFirst), 0), grey[i], $"pixel {i} of {count}");
                for (int channel = 0; channel < 3; channel++)
                {
                    byte value = pixels[(4 * i) + (redFirst ? channel : 2 - channel)];
                    Assert.AreEqual(Normalised(value, channel), colours[(channel * count) + i], $"channel {channel}, pixel {i} of {count}");
                }
            }
        }
    }

    private static int Grey(ReadOnlySpan<byte> pixel, bool redFirst)
    {
        (int red, int blue) = redFirst ? (pixel[0], pixel[2]) : (pixel[2], pixel[0]);
        return ((299 * red) + (587 * pixel[1]) + (114 * blue) + 500) / 1000;
    }

    private static float Normalised(int value, int channel)
    {
        float difference = value - Normalization.Mean[channel];
        return difference * Normalization.Scale[channel];
    }
}
