using Microsoft.ML.Snip.Networks.Architectures;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Tests.Networks;

/// <summary>The shapes within the built-in networks.</summary>
[TestClass]
public class ArchitectureTests
{
    private static readonly ImageShape Grey = new(1, 28, 28);

    internal static IEnumerable<NetworkArchitecture> All =>
        Enum.GetValues<NetworkArchitecture>().Where(architecture => architecture != NetworkArchitecture.Auto);

    [TestMethod]
    [DataRow(1, 28)]
    [DataRow(3, 32)]
    [DataRow(3, 64)]
    public void Every_architecture_takes_these_images_and_any_number_of_classes(int channels, int side)
    {
        foreach (NetworkArchitecture architecture in All)
        {
            NetworkDefinition network = NetworkDefinition.FromArchitecture(architecture, new ImageShape(channels, side, side), 7);
            Assert.AreEqual(7, network.ClassCount, architecture.ToString());
            Assert.AreEqual(architecture.ToString(), network.Name);
        }
    }

    [TestMethod]
    public void AlexNet_pads_as_TensorFlow_does()
    {
        NetworkDefinition network = NetworkDefinition.FromArchitecture(NetworkArchitecture.AlexNetS, new ImageShape(3, 32, 32), 10);
        Conv2d[] convolutions = [.. network.Layers.OfType<Conv2d>()];
        Assert.AreEqual(new Padding(4, 5, 4, 5), convolutions[0].Padding);
        Assert.AreEqual(new Padding(1, 2, 1, 2), convolutions[1].Padding);
        Assert.AreEqual(new Padding(0, 1, 0, 1), convolutions[2].Padding);
        CollectionAssert.AreEqual(new[] { 16, 8, 4, 2, 1 }, convolutions.Select(conv => network.ShapeOf(conv.Name).Height).ToArray());
    }

    [TestMethod]
    public void Tiny_ImageNet_images_are_reduced_by_the_first_stride()
    {
        var shape = new ImageShape(3, 64, 64);
        Assert.AreEqual(
            "map 96x16x16", NetworkDefinition.FromArchitecture(NetworkArchitecture.AlexNetB, shape, 200).ShapeOf("conv1").ToString());
        Assert.AreEqual(
            "map 64x32x32", NetworkDefinition.FromArchitecture(NetworkArchitecture.VggD, shape, 200).ShapeOf("conv1").ToString());
        Assert.AreEqual(
            "map 3x32x32", NetworkDefinition.FromArchitecture(NetworkArchitecture.SmallCnn, shape, 200).ShapeOf("reduce").ToString());
    }

    [TestMethod]
    public void Vgg_pads_images_of_28x28_to_32x32()
    {
        NetworkDefinition network = NetworkDefinition.FromArchitecture(NetworkArchitecture.VggC, Grey, 10);
        Assert.AreEqual("map 64x32x32", network.ShapeOf("conv1").ToString());
        Assert.AreEqual("map 512x1x1", network.ShapeOf("pool5").ToString());
        CollectionAssert.AreEqual(
            new[] { 1, 1, 1 },
            network.Layers.OfType<Conv2d>().Where(conv => conv.KernelHeight == 1).Select(conv => conv.KernelWidth).ToArray());
    }

    [TestMethod]
    [DataRow(NetworkArchitecture.Wrn16x8, "map 512x8x8")]
    [DataRow(NetworkArchitecture.Wrn16x10, "map 640x8x8")]
    [DataRow(NetworkArchitecture.ResNet20, "map 64x8x8")]
    [DataRow(NetworkArchitecture.MobileNetV2S, "map 192x4x4")]
    public void Residual_networks_halve_the_map_and_end_with_the_mean(NetworkArchitecture architecture, string last)
    {
        NetworkDefinition network = NetworkDefinition.FromArchitecture(architecture, new ImageShape(3, 32, 32), 10);
        Assert.AreEqual(last, network.ShapeOf(network.Layers.Single(layer => layer.Name == "average1").Inputs[0]).ToString());
    }

    [TestMethod]
    [DataRow(NetworkArchitecture.LstmS, "sequence of 28 x 128")]
    [DataRow(NetworkArchitecture.GruB, "sequence of 28 x 256")]
    public void Recurrent_networks_read_row_by_row(NetworkArchitecture architecture, string rows) =>
        Assert.AreEqual(rows, NetworkDefinition.FromArchitecture(architecture, Grey, 10).ShapeOf("fc1").ToString());

    [TestMethod]
    [DataRow(1, 7, 40, 100, NetworkArchitecture.LeNet300)]
    [DataRow(1, 28, 28, 60_000, NetworkArchitecture.SmallCnn)]
    [DataRow(3, 32, 32, 19_999, NetworkArchitecture.SmallCnn)]
    [DataRow(3, 32, 32, 20_000, NetworkArchitecture.ResNet20)]
    [DataRow(3, 64, 64, 100_000, NetworkArchitecture.ResNet20)]
    [DataRow(3, 65, 64, 100_000, NetworkArchitecture.SmallCnn)]
    public void Auto_goes_by_shape_and_number_of_images(int channels, int height, int width, int images, NetworkArchitecture expected) =>
        Assert.AreEqual(expected, AutoArchitecture.Choose(new ImageShape(channels, height, width), images));

    [TestMethod]
    public void Auto_alone_is_no_network() => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentException>(() => NetworkDefinition.FromArchitecture(NetworkArchitecture.Auto, Grey, 10)).Message,
        "specify an architecture");

    [TestMethod]
    public void LeNet5_uses_its_weights_at_every_position()
    {
        NetworkDefinition network = NetworkDefinition.FromArchitecture(NetworkArchitecture.LeNet5, Grey, 10);
        Dictionary<string, NetworkParameter> parameters = network.Parameters.ToDictionary(parameter => parameter.Name);
        Assert.AreEqual(24 * 24, parameters["conv1.weight"].OutputPositions);
        Assert.AreEqual(8 * 8, parameters["conv2.weight"].OutputPositions);
        Assert.AreEqual(1, parameters["fc1.weight"].OutputPositions);
        CollectionAssert.AreEqual(new[] { 500, 800 }, parameters["fc1.weight"].Shape.ToArray());
        Assert.AreEqual(20 * 25, parameters["conv2.weight"].FanIn);
    }

    [TestMethod]
    [DataRow(NetworkArchitecture.LeNet5, 15, "'pool2'")]
    [DataRow(NetworkArchitecture.VggD, 27, "'pool5'")]
    [DataRow(NetworkArchitecture.SmallCnn, 7, "'pool3'")]
    public void Images_too_small_are_an_error_that_names_the_layer(NetworkArchitecture architecture, int side, string layer)
    {
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(
            () => NetworkDefinition.FromArchitecture(architecture, new ImageShape(1, side, side), 10));
        StringAssert.Contains(error.Message, layer);
        StringAssert.Contains(error.Message, "larger images");
        Assert.AreEqual(2, NetworkDefinition.FromArchitecture(architecture, new ImageShape(1, side + 1, side + 1), 2).ClassCount);
    }

    [TestMethod]
    public void Fewer_than_2_classes_are_refused() => Assert.ThrowsExactly<ArgumentOutOfRangeException>(
        () => NetworkDefinition.FromArchitecture(NetworkArchitecture.LeNet300, Grey, 1));

    [TestMethod]
    public void Unknown_architectures_are_refused() => Assert.ThrowsExactly<ArgumentOutOfRangeException>(
        () => NetworkDefinition.FromArchitecture((NetworkArchitecture)1000, Grey, 10));
}
