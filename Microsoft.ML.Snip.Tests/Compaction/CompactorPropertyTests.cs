using CsCheck;
using Microsoft.ML.Snip.Compaction;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Tests.Networks;

namespace Microsoft.ML.Snip.Tests.Compaction;

[TestClass]
public class CompactorPropertyTests
{
    private static readonly double[] Densities = [0, 0.01, 0.03, 0.1, 0.3, 1];

    [TestMethod]
    public void The_compacted_network_is_the_same_function() => Gen.Int.Sample(
        seed =>
        {
            SparseNetwork network = Draw(seed);
            Evaluation.AssertSameFunction(network, Compactor.Compact(network), seed);
        },
        iter: 200, threads: 1);

    [TestMethod]
    public void Nothing_grows_and_what_is_compact_stays_as_it_is() => Gen.Int.Sample(
        seed =>
        {
            SparseNetwork network = Draw(seed), once = Compactor.Compact(network), twice = Compactor.Compact(once);
            Assert.IsLessThanOrEqualTo(network.KeptCount, once.KeptCount);
            Assert.AreEqual(once.KeptCount, twice.KeptCount);
            Assert.AreEqual(once.Definition.ToJson(), twice.Definition.ToJson());
            Assert.IsEmpty(once.Definition.Layers.OfType<Dropout>());
            Assert.AreEqual(network.Definition.InputShape, once.Definition.InputShape);
            Assert.AreEqual(network.Definition.ClassCount, once.Definition.ClassCount);
        },
        iter: 1500);

    private static SparseNetwork Draw(int seed)
    {
        var random = new Random(seed);
        return RandomNetwork.DrawParameters(RandomNetwork.DrawDefinition(random), Densities[random.Next(Densities.Length)], random);
    }
}
