using Microsoft.ML.Snip.DataViews.Columns;
using Microsoft.ML.Snip.DataViews.Loading;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.Tests.DataViews.Loading;

/// <summary>Images of a guessed number of channels are kept as grey until one is not.</summary>
[TestClass]
public class PixelCollectorTests
{
    private static readonly ImageColumn Guessed = new("Image", ImageColumnKind.Image, new ImageShape(3, 1, 2), ChannelsAreGuessed: true);

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public void OneColourOfOnePixelMakesAllImagesColoured(int channel)
    {
        var collector = new PixelCollector(Guessed);
        collector.Add([1, 2, 1, 2, 1, 2]);
        Assert.AreEqual(1, collector.Shape.Channels);
        float[] coloured = [5, 6, 5, 6, 5, 6];
        coloured[(2 * channel) + 1] = 7;
        collector.Add(coloured);
        collector.Add([3, 4, 3, 4, 3, 4]);
        Assert.AreEqual(new ImageShape(3, 1, 2), collector.Shape);
        float[][] expected = [[1, 2, 1, 2, 1, 2], coloured, [3, 4, 3, 4, 3, 4]];
        for (int image = 0; image < 3; image++)
        {
            var found = new float[6];
            collector.Store!.CopyNormalized(image, PixelNormalization.Unchanged(3), found);
            CollectionAssert.AreEqual(expected[image], found);
        }
    }
}
