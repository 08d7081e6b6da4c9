using Microsoft.ML.Snip.Engines.Managed.Training.Planning;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Tests.Engines.Managed.Training.Planning;

[TestClass]
public class ReadUnitsTests
{
    /// <summary>
    /// Two filters; the second layer reads only the third value of the second filter's map, so only that filter's weight counts.
    /// </summary>
    [TestMethod]
    public void WeightsOfAFilterThatNothingReadsDoNotCount()
    {
        NetworkDefinition definition = NetworkDefinition.Build("small", new ImageShape(1, 2, 2))
            .Conv2d(2, kernel: 1).ReLU().Flatten().Linear(2).ToDefinition();
        SparseNetwork network = Network(definition, new()
        {
            ["conv1.weight"] = (2, [true, true]),
            ["fc1.weight"] = (2, [false, false, false, false, false, false, true, false, .. new bool[8]]),
        });
        IReadOnlyDictionary<string, bool[]> depends = ReadUnits.FindWeights(network);
        CollectionAssert.AreEqual(new[] { false, true }, depends["conv1.weight"]);
        CollectionAssert.AreEqual(new[] { true }, depends["fc1.weight"]);
        Assert.AreEqual(2, ReadUnits.KeepRead(network).KeptCount);
    }

    /// <summary>What leads only to a unit that nothing reads does not count either, however long the way.</summary>
    [TestMethod]
    public void AWholeWayThatEndsNowhereDoesNotCount()
    {
        NetworkDefinition definition = NetworkDefinition.Build("small", new ImageShape(1, 1, 2))
            .Flatten().Linear(2).Linear(2).Linear(2).ToDefinition();
        SparseNetwork network = Network(definition, new()
        {
            ["fc1.weight"] = (2, [true, false, false, true]),
            ["fc2.weight"] = (2, [true, false, false, true]),
            ["fc3.weight"] = (2, [true, false, true, false]),
        });
        IReadOnlyDictionary<string, bool[]> depends = ReadUnits.FindWeights(network);
        CollectionAssert.AreEqual(new[] { true, false }, depends["fc1.weight"]);
        CollectionAssert.AreEqual(new[] { true, false }, depends["fc2.weight"]);
        CollectionAssert.AreEqual(new[] { true, true }, depends["fc3.weight"]);
    }

    private static SparseNetwork Network(NetworkDefinition definition, Dictionary<string, (int Rows, bool[] Kept)> masks)
    {
        var random = new Random(1);
        SparseNetwork drawn = RandomNetworks.Network(definition, random);
        return new SparseNetwork(
            definition,
            masks.ToDictionary(mask => mask.Key, mask => SparseMatrix.FromDense(
                RandomNetworks.Numbers(mask.Value.Kept.Length, random), mask.Value.Kept, mask.Value.Rows,
                mask.Value.Kept.Length / mask.Value.Rows)),
            drawn.Vectors);
    }
}
