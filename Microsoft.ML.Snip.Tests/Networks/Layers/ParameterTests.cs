namespace Microsoft.ML.Snip.Tests.Networks.Layers;

/// <summary>How many numbers a layer's parameters have and how often an image uses each, counted by hand.</summary>
[TestClass]
public class ParameterTests
{
    [TestMethod]
    public void AConvolutionUsesItsWeightsAtEveryPlace() => AssertParameters(
        NetworkDefinition.Build("test", new ImageShape(2, 5, 7))
            .Conv2d(3, kernel: 2, stride: 2)
            .BatchNorm()
            .GlobalAveragePool()
            .Linear(4)
            .ToDefinition(),
        ("conv1.weight", 3 * 2 * 2 * 2, 8, 2 * 3), ("conv1.bias", 3, 1, 2 * 3), ("bn1.weight", 3, 1, 2 * 3), ("bn1.bias", 3, 1, 2 * 3),
        ("bn1.running_mean", 3, 1, 2 * 3), ("bn1.running_var", 3, 1, 2 * 3), ("fc1.weight", 4 * 3, 3, 1), ("fc1.bias", 4, 1, 1));

    [TestMethod]
    public void ASequenceUsesItsWeightsAtEveryStep() => AssertParameters(
        NetworkDefinition.Build("test", new ImageShape(1, 6, 5)).RowsAsSequence().Linear(3).Gru(2).LastStep().Linear(4).ToDefinition(),
        ("fc1.weight", 3 * 5, 5, 6), ("fc1.bias", 3, 1, 6),
        ("gru1.weight_ih_l0", 3 * 2 * 3, 3, 6), ("gru1.weight_hh_l0", 3 * 2 * 2, 2, 6), ("gru1.bias_ih_l0", 6, 1, 6),
        ("gru1.bias_hh_l0", 6, 1, 6),
        ("fc2.weight", 4 * 2, 2, 1), ("fc2.bias", 4, 1, 1));

    private static void AssertParameters(
        NetworkDefinition network, params (string Name, long Count, long FanIn, long OutputPositions)[] expected) =>
        CollectionAssert.AreEqual(expected, network.Parameters.Select(
            parameter => (parameter.Name, parameter.Count, parameter.FanIn, parameter.OutputPositions)).ToArray());
}
