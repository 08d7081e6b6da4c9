namespace Microsoft.ML.Snip.Tests.Networks;

[TestClass]
public class NetworkWeightsTests
{
    private static readonly NetworkDefinition Network = NetworkDefinition.Build("small", new ImageShape(1, 1, 3))
        .Flatten()
        .Linear(2)
        .ToDefinition();

    [TestMethod]
    public void Values_are_copied_and_found_by_name()
    {
        float[] bias = [1, 2];
        var weights = new NetworkWeights([new("fc1.weight", [1, 2, 3, 4, 5, 6]), new("fc1.bias", bias)]);
        bias[0] = 7;
        CollectionAssert.AreEqual(new[] { "fc1.bias", "fc1.weight" }, weights.Names.ToArray());
        Assert.AreEqual(1f, weights["fc1.bias"][0]);
        Assert.AreEqual(5f, weights.For(Network)["fc1.weight"][4]);
        CollectionAssert.AreEqual(
            new[] { "fc1.bias" }, weights.Where(name => name.EndsWith("bias", StringComparison.Ordinal)).Names.ToArray());
    }

    [TestMethod]
    public void What_does_not_suit_the_network_is_named()
    {
        Refuses("'fc2.bias'", new("fc2.bias", [1, 2]));
        Refuses("has 3 values for 'fc1.bias', which needs 2.", new("fc1.bias", [1, 2, 3]));
        Refuses("has 3 values for 'fc1.weight', which needs 6 (2x3).", new("fc1.weight", [1, 2, 3]));
    }

    private static void Refuses(string says, KeyValuePair<string, float[]> value) =>
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => new NetworkWeights([value]).For(Network)).Message, says);
}
