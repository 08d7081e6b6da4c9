using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.Tests.Images.Examples;

[TestClass]
public class ImageDatasetTests
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Normalisation_is_the_mean_and_deviation_of_each_channel(bool bytes)
    {
        // First channel 2, 4, 4, 4, 5, 5, 7, 9: mean 5, variance (9 + 1 + 1 + 1 + 0 + 0 + 4 + 16) / 8 = 4. The others are constant.
        ImageDataset dataset = Make(bytes, [2, 4, 4, 4, 7, 7, 7, 7, 0, 0, 0, 0], [5, 5, 7, 9, 7, 7, 7, 7, 0, 0, 0, 0]);
        PixelNormalization normalization = dataset.ComputeNormalization();
        CollectionAssert.AreEqual(new float[] { 5, 7, 0 }, normalization.Mean);
        CollectionAssert.AreEqual(new float[] { 0.5f, 1, 1 }, normalization.Scale);

        var result = new float[12];
        dataset.CopyNormalized(1, normalization, result);
        CollectionAssert.AreEqual(new float[] { 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0 }, result);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Normalisation_can_be_learned_from_some_images(bool bytes)
    {
        // First channel of images 0 and 2: 1 and 3, so mean 2 and deviation 1; of all three, image 1 too.
        ImageDataset dataset = Make(bytes, Filled(1), Filled(99), Filled(3));
        PixelNormalization normalization = dataset.ComputeNormalization([0, 2], () => { });
        Assert.AreEqual(2, normalization.Mean[0]);
        Assert.AreEqual(1, normalization.Scale[0]);
    }

    [TestMethod]
    public void Constant_floats_have_scale_one_though_their_sum_is_rounded()
    {
        ImageDataset dataset = Make(false, [.. Enumerable.Range(0, 1000).Select(_ => Filled(0.1f))]);
        PixelNormalization normalization = dataset.ComputeNormalization();
        Assert.AreEqual((0.1f, 1f), (normalization.Mean[0], normalization.Scale[0]));
    }

    [TestMethod]
    public void Images_beyond_one_block_of_memory_are_found_again()
    {
        // 3 x 1000 x 1000 bytes an image, 4 Mi a block: one image a block. 1 x 1 x 3: a million a block.
        var large = new PixelBlocks<byte>(3_000_000);
        for (byte i = 0; i < 3; i++)
        {
            large.Add().Fill(i);
        }

        Assert.AreEqual((0, 1, 2, 3), (large[0][0], large[1][^1], large[2][0], large.Count));

        var small = new PixelBlocks<int>(3);
        for (int i = 0; i < 1_500_000; i++)
        {
            small.Add()[1] = i;
        }

        Assert.AreEqual((0, 1_398_100, 1_398_101, 1_499_999), (small[0][1], small[1_398_100][1], small[1_398_101][1], small[1_499_999][1]));
    }

    private static float[] Filled(float value) => [.. Enumerable.Repeat(value, 12)];

    private static ImageDataset Make(bool bytes, params float[][] images)
    {
        var shape = new ImageShape(3, 2, 2);
        PixelStore store = bytes ? new BytePixelStore(shape) : new FloatPixelStore(shape);
        foreach (float[] image in images)
        {
            store.Add(image);
        }

        return new ImageDataset(shape, new ClassLabels(ClassValueKind.Text, ["a", "b"]), new int[images.Length], store);
    }
}
