using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.Tests.Images.Pixels;

[TestClass]
public class AugmenterTests
{
    private static readonly ImageShape Shape = new(1, 3, 3);
    private static readonly PixelNormalization AsTheyAre = new([0], [1]);

    private static readonly float[] Digits =
    [
        1, 2, 3,
        4, 5, 6,
        7, 8, 9,
    ];

    [TestMethod]
    [DataRow(0, 0, false, new float[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 })]
    [DataRow(1, 0, false, new float[] { 0, 0, 0, 1, 2, 3, 4, 5, 6 })]
    [DataRow(-1, 0, false, new float[] { 4, 5, 6, 7, 8, 9, 0, 0, 0 })]
    [DataRow(0, 1, false, new float[] { 0, 1, 2, 0, 4, 5, 0, 7, 8 })]
    [DataRow(0, -2, false, new float[] { 3, 0, 0, 6, 0, 0, 9, 0, 0 })]
    [DataRow(2, -1, false, new float[] { 0, 0, 0, 0, 0, 0, 2, 3, 0 })]
    [DataRow(0, 0, true, new float[] { 3, 2, 1, 6, 5, 4, 9, 8, 7 })]
    [DataRow(1, 1, true, new float[] { 0, 0, 0, 2, 1, 0, 5, 4, 0 })]
    public void A_image_is_moved_then_mirrored(int down, int right, bool mirror, float[] expected)
    {
        float[] image = [.. Digits];
        Make(new Augmentation { Shift = 2 }).Apply(image, down, right, mirror);
        CollectionAssert.AreEqual(expected, image);
    }

    [TestMethod]
    public void Channels_move_together_and_black_comes_in()
    {
        // Mean 6 and scale 0.5 make a raw 0 -3 in the first channel; mean -1 and scale 2 make it 2 in the second.
        var augmenter = new Augmenter(
            new Augmentation { Shift = 1 }, new ImageShape(2, 2, 2), new PixelNormalization([6, -1], [0.5f, 2]));
        float[] image = [10, 20, 30, 40, 11, 21, 31, 41];
        augmenter.Apply(image, down: 1, right: -1, mirror: false);
        CollectionAssert.AreEqual(new float[] { -3, -3, 20, -3, 2, 2, 21, 2 }, image);
    }

    [TestMethod]
    public void Every_shift_and_either_side_are_as_likely()
    {
        // 5 x 5 shifts x 2 sides, which give 50 different images.
        const int Draws = 50_000;
        Augmenter augmenter = Make(new Augmentation { Shift = 2, HorizontalFlip = true });
        var random = new Random(1);
        var counts = new Dictionary<string, int>();
        for (int draw = 0; draw < Draws; draw++)
        {
            float[] image = [.. Digits];
            augmenter.Apply(image, random);
            string result = string.Join(' ', image);
            counts[result] = counts.GetValueOrDefault(result) + 1;
        }

        // 1000 of each are expected, with a standard deviation of 31.
        Assert.HasCount(50, counts);
        Assert.IsTrue(counts.Values.All(count => count is > 830 and < 1170), string.Join(' ', counts.Values));
    }

    [TestMethod]
    public void Nothing_asked_for_changes_nothing()
    {
        float[] image = [.. Digits];
        Make(new Augmentation()).Apply(image, new Random(1));
        CollectionAssert.AreEqual(Digits, image);
    }

    [TestMethod]
    public void A_image_cannot_be_shifted_out_of_sight()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Make(new Augmentation { Shift = 3 }));
        StringAssert.Contains(error.Message, "Augmentation.Shift is 3");
        StringAssert.Contains(error.Message, "1x3x3");
    }

    private static Augmenter Make(Augmentation augmentation) => new(augmentation, Shape, AsTheyAre);
}
