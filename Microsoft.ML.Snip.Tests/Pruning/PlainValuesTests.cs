using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Pruning;

/// <summary>Scores and masks from plain values, beside those from tensors.</summary>
[TestClass]
public class PlainValuesTests
{
    private static readonly PrunableParameter First = new("a.weight", [2, 3]), Second = new("b.weight", [2, 2]);
    private static readonly float[] FirstScores = [1, 2, 3, 4, 5, 6], SecondScores = [7, 0, 8, 9];

    [TestMethod]
    public void ScoresAreThoseOfTheSameTensors()
    {
        using DisposeScope scope = NewDisposeScope();
        var plain = PruningScores.FromValues([(First, FirstScores), (Second, SecondScores)]);
        var tensors = PruningScores.FromTensors([("a.weight", tensor(FirstScores, [2, 3])), ("b.weight", tensor(SecondScores, [2, 2]))]);
        CollectionAssert.AreEqual(tensors.Parameters.Select(Describe).ToArray(), plain.Parameters.Select(Describe).ToArray());
        Assert.AreEqual(45, plain.Total);
        Assert.IsFalse(plain.IsDouble);
        foreach (PrunableParameter parameter in plain.Parameters)
        {
            CollectionAssert.AreEqual(tensors.ValuesOf(parameter.Name), plain.ValuesOf(parameter.Name));
        }

        Assert.AreEqual(7f / 45, plain.ValuesOf("b.weight")[0], 1e-7);
        CollectionAssert.AreEqual(new long[] { 2, 3 }, plain.TensorOf("a.weight").shape);
        FirstScores.CopyTo(plain.ValuesOf("a.weight"), 0);
        Assert.AreEqual(1f / 45, plain.ValuesOf("a.weight")[0], 1e-7, "what is given out is a copy");
    }

    [TestMethod]
    public void ScoresOfNoUseAreRefused()
    {
        Assert.Throws<ArgumentException>(() => PruningScores.FromValues([]));
        Assert.Throws<ArgumentException>(() => PruningScores.FromValues([(First, FirstScores), (First, FirstScores)]));
        StringAssert.Contains(
            Assert.Throws<ArgumentException>(() => PruningScores.FromValues([(First, [1, 2])])).Message,
            "'a.weight' has 6 elements, but 2 scores");
        Assert.Throws<InvalidOperationException>(() => PruningScores.FromValues([(First, new float[6])]));
        Assert.Throws<InvalidOperationException>(() => PruningScores.FromValues([(First, [1, 2, 3, float.NaN, 5, 6])]));
    }

    [TestMethod]
    public void MasksAreThoseOfTheSameTensors()
    {
        using DisposeScope scope = NewDisposeScope();
        bool[] first = [true, false, true, false, false, true], second = [false, true, true, true];
        var plain = PruningMask.FromValues([(First, first), (Second, second)]);
        var tensors = PruningMask.FromTensors([("a.weight", tensor(first, [2, 3])), ("b.weight", tensor(second, [2, 2]))]);
        CollectionAssert.AreEqual(tensors.Parameters.Select(Describe).ToArray(), plain.Parameters.Select(Describe).ToArray());
        Assert.AreEqual(
            (6, 3, 3, 0.4), (plain.KeptCount, plain.KeptCountOf("a.weight"), plain.KeptCountOf("b.weight"), plain.Sparsity));
        CollectionAssert.AreEqual(first, plain.KeptOf("a.weight").ToArray());
        CollectionAssert.AreEqual(second, tensors.KeptOf("b.weight").ToArray());
        StringAssert.Contains(
            Assert.Throws<ArgumentException>(() => PruningMask.FromValues([(First, second)])).Message,
            "'a.weight' has 6 elements, but its mask has 4");
    }

    private static string Describe(PrunableParameter parameter) => $"{parameter.Name} [{string.Join(", ", parameter.Shape)}]";
}
