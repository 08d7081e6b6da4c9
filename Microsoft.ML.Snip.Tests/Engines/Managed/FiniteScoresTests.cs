using Microsoft.ML.Snip.Engines.Managed;

namespace Microsoft.ML.Snip.Tests.Engines.Managed;

[TestClass]
public class FiniteScoresTests
{
    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    [DataRow(float.NegativeInfinity)]
    public void ImagesBeforeTheFirstBadOneAreCounted(float bad)
    {
        for (int place = 0; place < 12; place++)
        {
            float[] scores = [.. Enumerable.Repeat(0.25f, 12)];
            scores[place] = bad;
            scores[11] = bad;
            Assert.AreEqual(place / 4, FiniteScores.CountLeading(scores, 4));
        }

        Assert.AreEqual(3, FiniteScores.CountLeading([.. Enumerable.Repeat(0.25f, 12)], 4));
        Assert.AreEqual(0, FiniteScores.CountLeading([], 4));
    }

    [TestMethod]
    public void InfinitiesThatCancelAreFound() =>
        Assert.AreEqual(0, FiniteScores.CountLeading([float.PositiveInfinity, float.NegativeInfinity], 2));

    [TestMethod]
    public void WeightsAreBlamedWhereNoImageHasScoresAndPixelsWhereSomeHave()
    {
        StringAssert.Contains(FiniteScores.Explain(new Executor(broken: true), 4, 2), "train it again");
        StringAssert.Contains(FiniteScores.Explain(new Executor(broken: false), 4, 2), "pixels are too far outside");
    }

    private sealed class Executor(bool broken) : INetworkExecutor
    {
        public int MaxThreads { get; set; } = 1;

        public void Predict(ReadOnlySpan<float> images, int count, Span<float> output) => output.Fill(broken ? float.NaN : 0.5f);
    }
}
