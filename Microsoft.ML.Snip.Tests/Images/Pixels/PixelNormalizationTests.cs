using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.Tests.Images.Pixels;

[TestClass]
public class PixelNormalizationTests
{
    [TestMethod]
    public void Each_channel_is_shifted_and_scaled()
    {
        var normalization = new PixelNormalization([10, 100], [0.5f, 2]);
        var result = new float[4];
        normalization.Apply(new float[] { 10, 14, 100, 99.5f }, result);
        CollectionAssert.AreEqual(new float[] { 0, 2, 0, -1 }, result);
    }

    [TestMethod]
    public void Bytes_and_floats_give_identical_bits_and_those_of_the_formula()
    {
        // 3 x 101 numbers a channel: whole vectors and a rest.
        var normalization = new PixelNormalization([33.3184f, 0.1f, 129.7f], [1 / 78.5675f, 1 / 3f, 0.0123f]);
        byte[] bytes = new byte[3 * 101];
        new Random(1).NextBytes(bytes);
        var fromBytes = new float[bytes.Length];
        var fromFloats = new float[bytes.Length];
        normalization.Apply(bytes, fromBytes);
        normalization.Apply(Array.ConvertAll(bytes, value => (float)value), fromFloats);
        CollectionAssert.AreEqual(fromFloats, fromBytes);
        for (int i = 0; i < bytes.Length; i++)
        {
            float difference = bytes[i] - normalization.Mean[i / 101];
            Assert.AreEqual(difference * normalization.Scale[i / 101], fromBytes[i]);
        }
    }

    [TestMethod]
    public void In_place_is_allowed()
    {
        var values = new float[] { 1, 2, 3 };
        new PixelNormalization([1], [2]).Apply(values, values);
        CollectionAssert.AreEqual(new float[] { 0, 2, 4 }, values);
    }

    [TestMethod]
    public void Lengths_must_agree()
    {
        var normalization = new PixelNormalization([0, 0, 0], [1, 1, 1]);
        Assert.ThrowsExactly<ArgumentException>(() => normalization.Apply(new float[4], new float[4]));
        Assert.ThrowsExactly<ArgumentException>(() => normalization.Apply(new float[3], new float[6]));
    }
}
