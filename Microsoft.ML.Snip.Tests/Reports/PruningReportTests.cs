using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Reports;

/// <summary>What the report counts, on a network small enough to count by hand.</summary>
[TestClass]
public class PruningReportTests
{
    [TestMethod]
    public void ConnectionsAreCountedOnceAndTheirWorkAtEveryPlace()
    {
        // A kernel of 2 x 2 on 4 x 5 pixels lies at 3 x 4 places; the linear layer is not masked and is whole.
        NetworkDefinition network = NetworkDefinition.Build("test", new ImageShape(1, 4, 5))
            .Conv2d(2, kernel: 2).GlobalAveragePool().Linear(3).ToDefinition();
        PruningMask mask = PruningMask.FromTensors([("conv1.weight", tensor(new[] { 1f, 0, 0, 0, 1, 1, 0, 0 }, [2, 1, 2, 2]))]);
        PruningReport report = PruningReport.From(network, mask, "SNIP");
        CollectionAssert.AreEqual(
            new[] { new LayerReport("conv1.weight", 8, 3, 12), new LayerReport("fc1.weight", 6, 6, 1) }, report.Layers.ToArray());
        Assert.AreEqual((14, 9), (report.Connections, report.Kept));
        Assert.AreEqual(1 - (9 / 14.0), report.Sparsity, 1e-12);
        Assert.AreEqual((2 * 8 * 12) + (2 * 6), report.DenseFlops);
        Assert.AreEqual((2 * 3 * 12) + (2 * 6), report.KeptFlops);
        Assert.AreEqual(3 / 8.0, report.Layers[0].Density);
    }
}
