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
        Make(new Augmentation { Shift = 2 }).Apply(
            image, new AugmentationDraw { Down = down, Right = right, IsMirrored = mirror });
        CollectionAssert.AreEqual(expected, image);
    }

    [TestMethod]
    public void Channels_move_together_and_black_comes_in()
    {
        // Mean 6 and scale 0.5 make a raw 0 -3 in the first channel; mean -1 and scale 2 make it 2 in the second.
        var augmenter = new Augmenter(
            new Augmentation { Shift = 1 }, new ImageShape(2, 2, 2), new PixelNormalization([6, -1], [0.5f, 2]));
        float[] image = [10, 20, 30, 40, 11, 21, 31, 41];
        augmenter.Apply(image, new AugmentationDraw { Down = 1, Right = -1 });
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

    /// <summary>Turning by quarters needs no interpolation; nor does a half turn of an image that is moved or mirrored.</summary>
    [TestMethod]
    [DataRow(90, 0, 0, false, new float[] { 3, 6, 9, 2, 5, 8, 1, 4, 7 })]
    [DataRow(-90, 0, 0, false, new float[] { 7, 4, 1, 8, 5, 2, 9, 6, 3 })]
    [DataRow(180, 0, 0, false, new float[] { 9, 8, 7, 6, 5, 4, 3, 2, 1 })]
    [DataRow(180, 0, 0, true, new float[] { 7, 8, 9, 4, 5, 6, 1, 2, 3 })]
    [DataRow(180, 1, 0, false, new float[] { 0, 0, 0, 9, 8, 7, 6, 5, 4 })]
    [DataRow(90, 0, 1, false, new float[] { 0, 3, 6, 0, 2, 5, 0, 1, 4 })]
    public void A_image_is_turned_counter_clockwise(double degrees, int down, int right, bool mirror, float[] expected)
    {
        float[] image = [.. Digits];
        Make(new Augmentation { Shift = 2 }).Apply(
            image, new AugmentationDraw { Angle = degrees * Math.PI / 180, Down = down, Right = right, IsMirrored = mirror });
        for (int pixel = 0; pixel < 9; pixel++)
        {
            Assert.AreEqual(expected[pixel], image[pixel], 1e-5f);
        }
    }

    /// <summary>A crop of the middle third in height and width is one pixel, between its neighbours.</summary>
    [TestMethod]
    public void A_crop_is_scaled_to_the_image()
    {
        float[] image = [.. Digits];
        Make(new Augmentation()).Apply(image, new AugmentationDraw { Crop = new AugmentationDraw.Box(1, 1, 1, 1) });
        float third = 1f / 3;
        float[] expected =
        [
            5 - (4 * third), 5 - (3 * third), 5 - (2 * third),
            5 - third, 5, 5 + third,
            5 + (2 * third), 5 + (3 * third), 5 + (4 * third),
        ];
        for (int pixel = 0; pixel < 9; pixel++)
        {
            Assert.AreEqual(expected[pixel], image[pixel], 1e-5f);
        }
    }

    [TestMethod]
    public void Brightness_multiplies_raw_values_and_contrast_differences_from_the_mean()
    {
        var normalization = new PixelNormalization([10], [0.5f]);
        var augmenter = new Augmenter(new Augmentation(), new ImageShape(1, 1, 2), normalization);
        var image = new float[2];
        normalization.Apply([20f, 40], image);
        augmenter.Apply(image, new AugmentationDraw { Brightness = 1.5f });
        CollectionAssert.AreEqual(new[] { (30 - 10) * 0.5f, (60 - 10) * 0.5f }, image);
        augmenter.Apply(image, new AugmentationDraw { Contrast = 0.5f });
        CollectionAssert.AreEqual(new[] { 13.75f, 21.25f }, image);
    }

    [TestMethod]
    public void What_is_erased_is_the_mean_of_the_training_set()
    {
        float[] image = [.. Digits];
        Make(new Augmentation()).Apply(image, new AugmentationDraw { Erased = new AugmentationDraw.Box(0.6, 1.4, 2, 1) });
        CollectionAssert.AreEqual(new float[] { 1, 2, 3, 4, 0, 6, 7, 0, 9 }, image);
    }

    /// <summary>Of many draws: boxes lie inside, areas and angles fill their ranges.</summary>
    [TestMethod]
    public void Draws_are_in_their_ranges()
    {
        var shape = new ImageShape(1, 20, 30);
        var settings = new Augmentation
        {
            MinCropArea = 0.5, Rotation = 30, Brightness = 0.2, Contrast = 0.4, Erasing = 0.25, HorizontalFlip = true, Shift = 3,
        };
        var random = new Random(5);
        AugmentationDraw[] draws = [.. Enumerable.Range(0, 20_000).Select(_ => AugmentationDraw.From(settings, shape, random))];
        AugmentationDraw.Box[] crops = [.. draws.Select(draw => draw.Crop!.Value)];
        AugmentationDraw.Box[] erased = [.. draws.Select(draw => draw.Erased).OfType<AugmentationDraw.Box>()];
        Assert.IsTrue(crops.Concat(erased).All(box => box is { Top: >= 0, Left: >= 0 } && box.Top + box.Height <= 20.0001
            && box.Left + box.Width <= 30.0001));
        Assert.AreEqual(0.25, erased.Length / 20_000.0, 0.01);
        AssertRange(0.4, 1, crops.Select(Area)); // A long box that does not fit is smaller.
        AssertRange(0.02, 0.33, erased.Select(Area));
        AssertRange(-Math.PI / 6, Math.PI / 6, draws.Select(draw => draw.Angle));
        AssertRange(0.8, 1.2, draws.Select(draw => (double)draw.Brightness));
        AssertRange(0.6, 1.4, draws.Select(draw => (double)draw.Contrast));

        static double Area(AugmentationDraw.Box box) => box.Height * box.Width / 600;

        static void AssertRange(double low, double high, IEnumerable<double> values)
        {
            double[] sorted = [.. values.Order()];
            double slack = 0.05 * (high - low);
            Assert.IsTrue(sorted[0] >= low - 1e-6 && sorted[^1] <= high + 1e-6, $"{sorted[0]} to {sorted[^1]}");
            Assert.IsTrue(sorted[0] <= low + (4 * slack) && sorted[^1] >= high - slack, $"{sorted[0]} to {sorted[^1]}");
        }
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
