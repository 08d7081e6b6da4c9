using Microsoft.ML.Snip.Pruning;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Pruning;

/// <summary>A selection that falls on one layer alone is told of; one that follows the layers' sizes is not.</summary>
[TestClass]
public class MaskBalanceTests
{
    [TestMethod]
    public void OneLayerWithAllTheCutsIsNamed()
    {
        string? found = MaskBalance.FindImbalance(Mask(("fc1.weight", 600, 100), ("fc2.weight", 300, 300), ("fc3.weight", 100, 96)), []);
        Assert.IsNotNull(found);
        StringAssert.Contains(found, "'fc1.weight', which keeps 100 of 600, while 'fc2.weight' keeps all of its 300");
        StringAssert.Contains(found, "504 pruned connections");
        StringAssert.Contains(found, "LayerSparsities");
    }

    [TestMethod]
    public void EvenCutsAndLargeLayersAreInBalance()
    {
        Assert.IsNull(
            MaskBalance.FindImbalance(Mask(("fc1.weight", 600, 100), ("fc2.weight", 300, 299), ("fc3.weight", 100, 96)), []),
            "no layer is whole");
        Assert.IsNull(
            MaskBalance.FindImbalance(Mask(("fc1.weight", 600, 100), ("fc2.weight", 300, 290), ("fc3.weight", 100, 100)), []),
            "another is cut too");
        Assert.IsNull(
            MaskBalance.FindImbalance(Mask(("fc1.weight", 10_000, 5000), ("fc2.weight", 30, 30)), []), "it holds nearly all there is");
        Assert.IsNull(MaskBalance.FindImbalance(Mask(("fc1.weight", 600, 600), ("fc2.weight", 300, 300)), []), "nothing is cut");
    }

    [TestMethod]
    public void LayersWithASparsityOfTheirOwnDoNotCount() =>
        Assert.IsNull(MaskBalance.FindImbalance(Mask(("fc1.weight", 600, 100), ("fc2.weight", 300, 300)), [new LayerSparsity("fc2", 0)]));

    [TestMethod]
    public void AFitWarnsOfIt()
    {
        List<string> log = Pipelines.LogOf(options => (options.Criterion, options.Sparsity) = (new FirstLayerLast(), 0.7));
        StringAssert.Contains(log.Single(line => line.Contains("Nearly all", StringComparison.Ordinal)), "'fc1.weight'");
        Assert.DoesNotContain(
            line => line.Contains("Nearly all", StringComparison.Ordinal), Pipelines.LogOf(options => options.Sparsity = 0.7));
    }

    private static PruningMask Mask(params (string Name, int Count, int Kept)[] layers) =>
        PruningMask.FromTensors([.. layers.Select(layer => (layer.Name, arange(layer.Count).lt(layer.Kept).reshape(1, layer.Count)))]);

    /// <summary>Holds all weights of the first layer to be worth less than any other.</summary>
    private sealed class FirstLayerLast : IPruningCriterion
    {
        public string Name => nameof(FirstLayerLast);

        public PruningScores Score(PruningContext context) => PruningScores.FromTensors(
            context.FindPrunableParameters().Select(entry =>
            (entry.Name, full(entry.Parameter.shape, entry.Name == "fc1.weight" ? 1f : 2))));
    }
}
