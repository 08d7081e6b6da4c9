using CsCheck;
using Microsoft.ML.Snip.Pruning;

namespace Microsoft.ML.Snip.Tests.Pruning;

[TestClass]
public class MaskSelectorTests
{
    private sealed record TieFixture(double[] Scores, TieMask[] Masks, KeptCount[] KTable);

    private sealed record TieMask(double Sparsity, int K, int[] Mask);

    private sealed record KeptCount(int M, double Sparsity, int K);

    [TestMethod]
    public void Counts_round_half_to_even()
    {
        foreach (KeptCount expected in Fixture.Load<TieFixture>("topk_ties").KTable)
        {
            Assert.AreEqual(expected.K, MaskSelector.CountToKeep(expected.M, expected.Sparsity), expected.ToString());
        }
    }

    [TestMethod]
    public void Equal_scores_keep_the_lower_index()
    {
        TieFixture fixture = Fixture.Load<TieFixture>("topk_ties");
        foreach (TieMask expected in fixture.Masks)
        {
            bool[] mask = Array.ConvertAll(expected.Mask, bit => bit == 1);
            Assert.AreEqual(expected.K, MaskSelector.CountToKeep(fixture.Scores.Length, expected.Sparsity));
            CollectionAssert.AreEqual(mask, MaskSelector.KeepHighest(fixture.Scores, expected.K));
            CollectionAssert.AreEqual(mask, MaskSelector.KeepHighest(Array.ConvertAll(fixture.Scores, score => (float)score), expected.K));
        }
    }

    [TestMethod]
    public void A_selection_by_hand()
    {
        CollectionAssert.AreEqual(new[] { false, true, true, false }, MaskSelector.KeepHighest([0.1f, 0.4f, 0.2f, 0.2f], 2));
        CollectionAssert.AreEqual(new[] { true, false, false }, MaskSelector.KeepHighest([0.0, 0.0, 0.0], 1));
        CollectionAssert.AreEqual(new[] { false, false }, MaskSelector.KeepHighest([1f, 2f], 0));
        CollectionAssert.AreEqual(new[] { true, true }, MaskSelector.KeepHighest([1f, 2f], 2));
        CollectionAssert.AreEqual(new[] { false, false, true }, MaskSelector.KeepHighest([0f, float.Epsilon, 2 * float.Epsilon], 1));
        CollectionAssert.AreEqual(new[] { false, true }, MaskSelector.KeepHighest([1.0, Math.BitIncrement(1.0)], 1));
    }

    [TestMethod]
    public void Counts_outside_the_scores_are_refused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => MaskSelector.KeepHighest([1f, 2f], -1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => MaskSelector.KeepHighest([1f, 2f], 3));
    }

    [TestMethod]
    public void Any_float_scores_give_what_a_stable_sort_gives() =>
        Gen.Select(Gen.Float[0, float.MaxValue].Array[1, 300], Gen.Float[0, 1]).Sample(
            (scores, share) => Agrees(scores, share, MaskSelector.KeepHighest), iter: 3000);

    [TestMethod]
    public void Any_double_scores_give_what_a_stable_sort_gives() =>
        Gen.Select(Gen.Double[0, 1].Array[1, 300], Gen.Float[0, 1]).Sample(
            (scores, share) => Agrees(scores, share, MaskSelector.KeepHighest), iter: 3000);

    [TestMethod]
    public void Scores_full_of_ties_give_what_a_stable_sort_gives() =>
        Gen.Select(Gen.Int[0, 4].Array[1, 300], Gen.Float[0, 1]).Sample(
            (scores, share) => Agrees(Array.ConvertAll(scores, score => score / 8f), share, MaskSelector.KeepHighest), iter: 3000);

    private delegate bool[] Selector<T>(ReadOnlySpan<T> scores, int count);

    private static bool Agrees<T>(T[] scores, float share, Selector<T> select)
    {
        int count = (int)(share * scores.Length);
        var expected = new bool[scores.Length];
        foreach (int index in Enumerable.Range(0, scores.Length).OrderByDescending(index => scores[index]).Take(count))
        {
            expected[index] = true;
        }

        return expected.AsSpan().SequenceEqual(select(scores, count));
    }
}
