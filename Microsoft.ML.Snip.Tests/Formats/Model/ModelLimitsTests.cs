using Microsoft.ML.Snip.Formats.Model;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Tests.Formats.Model;

/// <summary>What is too large to be saved is said of a network before it is trained; all that people train passes.</summary>
[TestClass]
public class ModelLimitsTests
{
    [TestMethod]
    [DataRow(NetworkArchitecture.LeNet300, 28)]
    [DataRow(NetworkArchitecture.LeNet5, 28)]
    [DataRow(NetworkArchitecture.LeNet5, 256)]
    [DataRow(NetworkArchitecture.SmallCnn, 512)]
    [DataRow(NetworkArchitecture.SmallCnn, 2048)]
    [DataRow(NetworkArchitecture.ResNet20, 32)]
    [DataRow(NetworkArchitecture.ResNet20, 512)]
    [DataRow(NetworkArchitecture.MobileNetV2S, 64)]
    [DataRow(NetworkArchitecture.AlexNetB, 224)]
    [DataRow(NetworkArchitecture.VggLike, 64)]
    [DataRow(NetworkArchitecture.VggD, 224)]
    [DataRow(NetworkArchitecture.Wrn22x8, 64)]
    [DataRow(NetworkArchitecture.Wrn16x10, 224)]
    [DataRow(NetworkArchitecture.LstmB, 512)]
    [DataRow(NetworkArchitecture.GruB, 512)]
    public void Built_in_networks_pass_even_dense(NetworkArchitecture architecture, int side)
    {
        var network = NetworkDefinition.FromArchitecture(architecture, new ImageShape(3, side, side), 1000);
        ModelLimits.Check(network);
        ModelLimits.Check(network, KeepAll(network));
    }

    [TestMethod]
    public void A_wide_dense_network_on_large_images_passes()
    {
        NetworkDefinition network = Vector(new ImageShape(3, 64, 64), units: 1700);
        ModelLimits.Check(network);
        ModelLimits.Check(network, KeepAll(network));
    }

    [TestMethod]
    public void Too_many_kept_weights_are_said_before_training()
    {
        NetworkDefinition network = Vector(new ImageShape(3, 512, 512), units: 1000);
        ModelLimits.Check(network);
        ArgumentException mistake = Assert.ThrowsExactly<ArgumentException>(() => ModelLimits.Check(network, KeepAll(network)));
        StringAssert.Contains(mistake.Message, "bytes of memory");
        StringAssert.Contains(mistake.Message, $"{ModelLimits.MaxArrays}");
    }

    [TestMethod]
    [DataRow("1x1x2000000000", "values; the maximum is 33554432")]
    [DataRow("3x4000x4000", "An image of 3x4000x4000")]
    public void Huge_images_are_refused(string shape, string expected)
    {
        int[] sizes = [.. shape.Split('x').Select(int.Parse)];
        AssertRefused(
            NetworkDefinition.Build("huge", new ImageShape(sizes[0], sizes[1], sizes[2])).GlobalAveragePool().Linear(2).ToDefinition(),
            expected);
    }

    [TestMethod]
    public void Maps_that_take_too_much_memory_are_refused()
    {
        NetworkBuilder start = NetworkDefinition.Build("padded", new ImageShape(1, 1, 1)).Conv2d(2, 1, padding: 10_000);
        AssertRefused(start.GlobalAveragePool().Linear(2).ToDefinition(), "800080007 output values in total; the maximum is 268435456");
    }

    [TestMethod]
    public void Windows_that_take_too_long_are_refused()
    {
        var shape = new ImageShape(1, 2000, 2000);
        AssertRefused(NetworkDefinition.Build("pools", shape).MaxPool(1001, 1).GlobalAveragePool().Linear(2).ToDefinition(), "operations");
        AssertRefused(
            NetworkDefinition.Build("convolves", shape).Conv2d(1, 1001).GlobalAveragePool().Linear(2).ToDefinition(),
            "Use smaller kernels");
        ModelLimits.Check(NetworkDefinition.Build("pools apart", shape).MaxPool(1001).GlobalAveragePool().Linear(2).ToDefinition());
    }

    [TestMethod]
    public void Sequences_that_take_too_long_are_refused()
    {
        NetworkBuilder start = NetworkDefinition.Build("steps", new ImageShape(1, 46_000, 1)).RowsAsSequence();
        AssertRefused(start.Linear(46_000).LastStep().Linear(2).ToDefinition(), "output values in total");
    }

    private static NetworkDefinition Vector(ImageShape shape, int units) =>
        NetworkDefinition.Build("wide", shape).Flatten().Linear(units).ReLU().Linear(2).ToDefinition();

    private static PruningReport KeepAll(NetworkDefinition network) => new(
        network.Name,
        [.. network.Parameters.Where(parameter => parameter.Role == ParameterRole.Weight)
            .Select(parameter => new LayerReport(parameter.Name, parameter.Count, parameter.Count, parameter.OutputPositions))]);

    private static void AssertRefused(NetworkDefinition network, string expected)
    {
        ArgumentException mistake = Assert.ThrowsExactly<ArgumentException>(() => ModelLimits.Check(network));
        StringAssert.Contains(mistake.Message, $"'{network.Name}' is too large");
        StringAssert.Contains(mistake.Message, expected);
    }
}
