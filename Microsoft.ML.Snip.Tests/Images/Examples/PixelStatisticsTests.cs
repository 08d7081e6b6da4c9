using Microsoft.ML.Snip.Images.Examples;

namespace Microsoft.ML.Snip.Tests.Images.Examples;

/// <summary>What is summed up image by image is what is measured in memory.</summary>
[TestClass]
public class PixelStatisticsTests
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void TheSumsGiveWhatIsMeasuredInMemory(bool bytes)
    {
        var shape = new ImageShape(3, 4, 5);
        var random = new Random(2);
        PixelStore store = bytes ? new BytePixelStore(shape) : new FloatPixelStore(shape);
        var statistics = new PixelStatistics(3);
        for (int image = 0; image < 50; image++)
        {
            float[] raw = [.. Enumerable.Range(0, shape.Count).Select(
                index => index / 20 == 1 ? 7 : bytes ? random.Next(256) : 1e4f + random.NextSingle())];
            store.Add(raw);
            statistics.Add(raw);
        }

        ChannelStatistics[] expected = store.Measure([.. Enumerable.Range(0, 50)]), found = statistics.ToChannels();
        for (int channel = 0; channel < 3; channel++)
        {
            Assert.AreEqual(expected[channel].Mean, found[channel].Mean, 1e-12 * expected[channel].Mean);
            Assert.AreEqual(expected[channel].Deviation, found[channel].Deviation, 1e-9 * expected[channel].Deviation);
        }

        Assert.AreEqual(0, found[1].Deviation, "the deviation of a constant channel is exactly 0");
    }

    [TestMethod]
    public void GreyImagesBecomeThreeEqualChannels()
    {
        PixelStatistics grey = new(1), colour = new(3);
        grey.Add([1, 2, 4]);
        grey.ToColour();
        colour.Add([1, 2, 4, 1, 2, 4, 1, 2, 4]);
        float[] coloured = [1, 2, 3, 9, 8, 7, 5, 5, 5];
        grey.Add(coloured);
        colour.Add(coloured);
        CollectionAssert.AreEqual(colour.ToChannels(), grey.ToChannels());
    }
}
