using Microsoft.ML.Snip.Images.Examples;

namespace Microsoft.ML.Snip.Tests.Images.Examples;

[TestClass]
public class StratifiedSplitTests
{
    [TestMethod]
    public void Each_class_gives_its_share()
    {
        int[] labels = [.. Enumerable.Repeat(0, 100), .. Enumerable.Repeat(1, 50), .. Enumerable.Repeat(2, 10)];
        (int[] train, int[] validation) = StratifiedSplit.Split(labels, 0.2, new Random(1));
        CollectionAssert.AreEqual(new[] { 20, 10, 2 }, CountsOf(labels, validation));
        CollectionAssert.AreEqual(Enumerable.Range(0, 160).ToArray(), train.Concat(validation).Order().ToArray());
    }

    [TestMethod]
    public void Shares_are_rounded_so_that_the_whole_fits()
    {
        // A tenth of 4 is 0.4 of an image: 10 classes give 4 together, none gives more than 1.
        int[] labels = [.. Enumerable.Range(0, 40).Select(index => index % 10)];
        (_, int[] validation) = StratifiedSplit.Split(labels, 0.1, new Random(1));
        Assert.AreEqual(4, validation.Length);
        Assert.IsTrue(CountsOf(labels, validation).Max() == 1);
    }

    [TestMethod]
    public void The_same_seed_gives_the_same_split_and_another_seed_another()
    {
        int[] labels = [.. Enumerable.Range(0, 200).Select(index => index % 3)];
        (int[] train, int[] validation) = StratifiedSplit.Split(labels, 0.25, new Random(5));
        (int[] again, _) = StratifiedSplit.Split(labels, 0.25, new Random(5));
        (_, int[] other) = StratifiedSplit.Split(labels, 0.25, new Random(6));
        CollectionAssert.AreEqual(train, again);
        CollectionAssert.AreNotEqual(validation, other);
        CollectionAssert.AreEqual(validation.Order().ToArray(), validation);
    }

    [TestMethod]
    public void Every_class_keeps_a_image_to_train_on()
    {
        (int[] train, int[] validation) = StratifiedSplit.Split([0, 1, 1, 1], 0.9, new Random(1));
        CollectionAssert.AreEqual(new[] { 1, 1 }, CountsOf([0, 1, 1, 1], train));
        Assert.HasCount(2, validation);
    }

    [TestMethod]
    public void Nothing_is_set_aside_for_the_fraction_zero() =>
        Assert.HasCount(0, StratifiedSplit.Split([0, 1, 0], 0, new Random(1)).Validation);

    [TestMethod]
    [DataRow(-0.1)]
    [DataRow(1.0)]
    [DataRow(double.NaN)]
    public void A_fraction_outside_its_range_is_refused(double fraction) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => StratifiedSplit.Split([0, 1], fraction, new Random(1)));

    private static int[] CountsOf(int[] labels, int[] indices)
    {
        var counts = new int[labels.Max() + 1];
        foreach (int index in indices)
        {
            counts[labels[index]]++;
        }

        return counts;
    }
}
