using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Reports;

/// <summary>What is kept pixel by pixel, on masks small enough to count by hand.</summary>
[TestClass]
public class RetainedConnectionsTests
{
    [TestMethod]
    public void FullyConnected_UnitsThatAPixelReaches()
    {
        NetworkDefinition network = NetworkDefinition.Build("test", new ImageShape(1, 2, 3)).Flatten().Linear(2).ToDefinition();
        RetainedConnections retained = Count(network, ("fc1.weight", [2, 6], [1, 0, 0, 0, 1, 1, 1, 0, 1, 0, 0, 1]))!;
        Assert.AreEqual("fc1", retained.Layer);
        Assert.AreEqual(new ImageShape(1, 2, 3), retained.Shape);
        CollectionAssert.AreEqual(new[] { 2, 0, 1, 0, 1, 2 }, retained.Counts);
        Assert.AreEqual(2, retained.At(0, 1, 2));
        Assert.AreEqual(0, retained.At(0, 1, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => retained.At(0, 2, 0));
    }

    [TestMethod]
    public void Channels_AreCountedEachForItself()
    {
        NetworkDefinition network = NetworkDefinition.Build("test", new ImageShape(2, 1, 2)).BatchNorm().Flatten().Linear(2).ToDefinition();
        RetainedConnections retained = Count(network, ("fc1.weight", [2, 4], [1, 0, 0, 1, 0, 0, 0, 1]))!;
        CollectionAssert.AreEqual(new[] { 1, 0, 0, 2 }, retained.Counts);
        Assert.AreEqual(2, retained.At(1, 0, 1));
    }

    [TestMethod]
    public void Convolution_KernelWeightsThatLieOverAPixel()
    {
        // A kernel of 2x2 on 3x3 pixels lies at four places; only its upper left weight is kept, twice, and its lower right one, once.
        NetworkDefinition network = NetworkDefinition.Build("test", new ImageShape(1, 3, 3))
            .Conv2d(2, kernel: 2)
            .Flatten()
            .Linear(2)
            .ToDefinition();
        RetainedConnections retained = Count(network, ("conv1.weight", [2, 1, 2, 2], [1, 0, 0, 1, 1, 0, 0, 0]))!;
        Assert.AreEqual("conv1", retained.Layer);
        CollectionAssert.AreEqual(new[] { 2, 2, 0, 2, 3, 1, 0, 1, 1 }, retained.Counts);
    }

    [TestMethod]
    public void Convolution_WhatLiesOverPaddingIsNotCounted()
    {
        // One row and column of zeros before the image, steps of 2: the upper left weight reads pixel (1, 1) alone, the lower right one all
        // corners.
        NetworkDefinition network = NetworkDefinition.Build("test", new ImageShape(1, 3, 3))
            .Conv2d(1, kernel: 2, stride: 2, new Snip.Networks.Layers.Padding(1, 0, 1, 0)).Flatten().Linear(2).ToDefinition();
        CollectionAssert.AreEqual(
            new[] { 0, 0, 0, 0, 1, 0, 0, 0, 0 }, Count(network, ("conv1.weight", [1, 1, 2, 2], [1, 0, 0, 0]))!.Counts);
        CollectionAssert.AreEqual(
            new[] { 1, 0, 1, 0, 0, 0, 1, 0, 1 }, Count(network, ("conv1.weight", [1, 1, 2, 2], [0, 0, 0, 1]))!.Counts);
    }

    [TestMethod]
    public void RowByRow_UnitsThatAColumnReaches()
    {
        // Two channels of 2x2 pixels: a row has the features (channel 0: x 0, x 1; channel 1: x 0, x 1).
        NetworkDefinition network = NetworkDefinition.Build("test", new ImageShape(2, 2, 2))
            .RowsAsSequence()
            .Linear(2)
            .LastStep()
            .ToDefinition();
        RetainedConnections retained = Count(network, ("fc1.weight", [2, 4], [1, 0, 0, 1, 1, 0, 0, 0]))!;
        CollectionAssert.AreEqual(new[] { 2, 0, 2, 0, 0, 1, 0, 1 }, retained.Counts);
    }

    [TestMethod]
    public void RecurrentLayer_GatesThatAColumnReaches()
    {
        NetworkDefinition network = NetworkDefinition.Build("test", new ImageShape(1, 2, 2))
            .RowsAsSequence()
            .Gru(1)
            .LastStep()
            .Linear(2)
            .ToDefinition();
        RetainedConnections retained = Count(
            network, ("gru1.weight_ih_l0", [3, 2], [1, 0, 1, 0, 1, 1]), ("gru1.weight_hh_l0", [3, 1], [1, 1, 1]))!;
        CollectionAssert.AreEqual(new[] { 3, 1, 3, 1 }, retained.Counts);
    }

    [TestMethod]
    public void AWeightThatTheMaskDoesNotCoverIsKept()
    {
        NetworkDefinition network = NetworkDefinition.Build("test", new ImageShape(1, 1, 2))
            .Flatten()
            .Linear(3)
            .ReLU()
            .Linear(2)
            .ToDefinition();
        CollectionAssert.AreEqual(new[] { 3, 3 }, Count(network, ("fc2.weight", [2, 3], [1, 0, 0, 0, 0, 0]))!.Counts);
    }

    [TestMethod]
    public void NothingIsSaidOfALayerThatReadsAPooledImageOrAHugeOne()
    {
        NetworkDefinition pooled = NetworkDefinition.Build("test", new ImageShape(1, 4, 4)).MaxPool(2).Flatten().Linear(2).ToDefinition();
        Assert.IsNull(Count(pooled, ("fc1.weight", [2, 4], [1, 1, 1, 1, 1, 1, 1, 1])));
        Assert.IsNotNull(CountUnderOneKernel(height: 256));
        Assert.IsNull(CountUnderOneKernel(height: 257));
    }

    [TestMethod]
    public void AFitSaysItAndTheModelFileKeepsIt()
    {
        var mlContext = new MLContext(1);
        PrunedImageClassificationTransformer model = Pipelines.Classifier(
            Pipelines.Create(mlContext, Pipelines.FastOptions()).Fit(SyntheticImages.AsVectors(mlContext, 90)));
        RetainedConnections retained = model.Report.RetainedPerPixel!;
        Assert.AreEqual(new ImageShape(1, SyntheticImages.Side, SyntheticImages.Side), retained.Shape);
        Assert.HasCount(retained.Shape.Count, retained.Counts);
        LayerReport first = model.Report.Layers.Single(layer => layer.Name == $"{retained.Layer}.weight");
        Assert.AreEqual(first.Kept, retained.Counts.Sum(), "the first layer is fully connected");

        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        model.SaveModelFile(path);
        RetainedConnections loaded = SnipPredictor.Load(path).Report.RetainedPerPixel!;
        File.Delete(path);
        Assert.AreEqual(retained.Layer, loaded.Layer);
        CollectionAssert.AreEqual(retained.Counts, loaded.Counts);
    }

    private static RetainedConnections? CountUnderOneKernel(int height) => Count(
        NetworkDefinition.Build("test", new ImageShape(3, height, 256)).Conv2d(1, kernel: 1).GlobalAveragePool().Linear(2).ToDefinition(),
        ("conv1.weight", [1, 3, 1, 1], [1, 0, 1]));

    private static RetainedConnections? Count(NetworkDefinition network, params (string Name, long[] Shape, int[] Kept)[] masks)
    {
        using var scope = NewDisposeScope();
        var mask = PruningMask.FromTensors(masks.Select(entry => (entry.Name, tensor(entry.Kept, entry.Shape))));
        return PruningReport.From(network, mask, "SNIP").RetainedPerPixel;
    }
}
