using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Pruning;

[TestClass]
public class PruningScoresTests
{
    [TestMethod]
    public void Scores_are_divided_by_their_sum()
    {
        using var scope = NewDisposeScope();
        PruningScores scores = PruningScores.FromTensors(
            [("a", torch.tensor(new[] { 1f, 2f, 3f, 0f }, [2, 2])), ("b", torch.tensor(new[] { 2f, 0f }))]);
        Assert.AreEqual(8.0, scores.Total);
        Assert.AreEqual(6, scores.ConnectionCount);
        Assert.IsFalse(scores.IsDouble);
        CollectionAssert.AreEqual(new[] { 0.125, 0.25, 0.375, 0 }, scores.ValuesOf("a"));
        CollectionAssert.AreEqual(new[] { 0.25, 0 }, scores.ValuesOf("b"));
        CollectionAssert.AreEqual(new long[] { 2, 2 }, scores.TensorOf("a").shape);
        CollectionAssert.AreEqual(new[] { 0.125f, 0.25f, 0.375f, 0 }, scores.TensorOf("a").data<float>().ToArray());
    }

    [TestMethod]
    public void Doubles_stay_doubles()
    {
        using var scope = NewDisposeScope();
        PruningScores scores = PruningScores.FromTensors([("a", torch.tensor(new[] { 1.0, 2.0, 0.0 }))]);
        Assert.IsTrue(scores.IsDouble);
        CollectionAssert.AreEqual(new[] { 1 / 3.0, 2 / 3.0, 0 }, scores.ValuesOf("a"));
        Assert.AreEqual(ScalarType.Float64, scores.TensorOf("a").dtype);
    }

    [TestMethod]
    public void Memory_order_does_not_matter()
    {
        using var scope = NewDisposeScope();
        Tensor transposed = torch.tensor(new[] { 1f, 2f, 3f, 2f }, [2, 2]).t();
        CollectionAssert.AreEqual(new[] { 0.125, 0.375, 0.25, 0.25 }, PruningScores.FromTensors([("a", transposed)]).ValuesOf("a"));
    }

    [TestMethod]
    [DataRow(1000)]
    [DataRow(1001)]
    [DataRow(1007)]
    public void Many_floats_sum_to_1(int count)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        double[] values = PruningScores.FromTensors([("a", rand(count, generator: generator))]).ValuesOf("a");
        Assert.AreEqual(1.0, values.Sum(), 1e-7);
    }

    [TestMethod]
    [DataRow(-1.0)]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    public void Scores_that_are_negative_or_not_finite_are_refused_wherever_they_stand(double bad)
    {
        using var scope = NewDisposeScope();
        foreach (ScalarType dataType in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            for (int at = 0; at < 11; at++)
            {
                Tensor scores = ones(11, dataType);
                scores[at] = bad;
                InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(
                    () => PruningScores.FromTensors([("good", ones(3, dataType)), ("bad", scores)]));
                StringAssert.Contains(error.Message, "'bad'");
            }
        }
    }

    [TestMethod]
    public void Scores_that_are_all_0_are_refused()
    {
        using var scope = NewDisposeScope();
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(
            () => PruningScores.FromTensors(Enumerable.Range(0, 7).Select(index => ($"p{index}", zeros(2)))));
        StringAssert.Contains(error.Message, "'p0', 'p1', 'p2', 'p3', 'p4' and 2 more");
    }

    [TestMethod]
    public void Names_must_be_known_and_unique()
    {
        using var scope = NewDisposeScope();
        Assert.ThrowsExactly<ArgumentException>(() => PruningScores.FromTensors([]));
        Assert.ThrowsExactly<ArgumentException>(() => PruningScores.FromTensors([("a", ones(1)), ("a", ones(1))]));
        PruningScores scores = PruningScores.FromTensors([("a", ones(1))]);
        StringAssert.Contains(Assert.ThrowsExactly<KeyNotFoundException>(() => scores.ValuesOf("b")).Message, "the parameters are a.");
        Assert.ThrowsExactly<KeyNotFoundException>(() => scores.TensorOf("b"));
    }
}
