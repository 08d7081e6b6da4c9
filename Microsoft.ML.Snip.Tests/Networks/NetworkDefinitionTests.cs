using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Tests.Networks;

/// <summary>Shapes are inferred, and mistakes found, when a network is made.</summary>
[TestClass]
public class NetworkDefinitionTests
{
    private static readonly ImageShape Small = new(3, 9, 7);

    [TestMethod]
    public void Shapes_follow_from_the_layers()
    {
        NetworkDefinition network = NetworkDefinition.Build("shapes", Small)
            .Conv2d(4, kernel: 3, stride: 2, new Padding(Top: 0, Bottom: 1, Left: 2, Right: 1), name: "conv")
            .MaxPool(2, name: "pool")
            .Flatten(name: "flat")
            .Linear(2, name: "fc")
            .ToDefinition();
        Assert.AreEqual("map 3x9x7", network.ShapeOf(NetworkDefinition.InputName).ToString());
        Assert.AreEqual("map 4x4x4", network.ShapeOf("conv").ToString());
        Assert.AreEqual("map 4x2x2", network.ShapeOf("pool").ToString());
        Assert.AreEqual("vector 16", network.ShapeOf("flat").ToString());
        Assert.AreEqual(2, network.ClassCount);
    }

    [TestMethod]
    public void Images_become_sequences_of_rows()
    {
        NetworkDefinition network = NetworkDefinition.Build("rows", Small)
            .RowsAsSequence(name: "rows").Linear(5, name: "in").Gru(6, name: "gru").LastStep(name: "last").Linear(2).ToDefinition();
        Assert.AreEqual("sequence of 9 x 21", network.ShapeOf("rows").ToString());
        Assert.AreEqual("sequence of 9 x 5", network.ShapeOf("in").ToString());
        Assert.AreEqual("sequence of 9 x 6", network.ShapeOf("gru").ToString());
        Assert.AreEqual("vector 6", network.ShapeOf("last").ToString());
        Assert.AreEqual(9, network.Parameters.Single(parameter => parameter.Name == "gru.weight_hh_l0").OutputPositions);
    }

    public static IEnumerable<object[]> Mistakes =>
    [
        ["'bad'", "Flatten before it", (NetworkBuilder network) => network.Linear(2, name: "bad")],
        ["'bad'", "a map", (NetworkBuilder network) => network.Flatten().Conv2d(2, 3, name: "bad")],
        ["'bad'", "too small", (NetworkBuilder network) => network.Conv2d(2, 10, name: "bad")],
        ["'bad'", "positive", (NetworkBuilder network) => network.Conv2d(0, 3, name: "bad")],
        ["'bad'", "positive", (NetworkBuilder network) => network.Conv2d(2, 3, stride: 0, name: "bad")],
        ["'bad'", "between 0 and", (NetworkBuilder network) => network.Conv2d(2, 3, padding: -1, name: "bad")],
        ["'bad'", "half its size", (NetworkBuilder network) => network.MaxPool(2, padding: 2, name: "bad")],
        ["'bad'", "[0, 1)", (NetworkBuilder network) => network.Dropout(1, name: "bad")],
        ["'bad'", "epsilon", (NetworkBuilder network) => network.BatchNorm(0, name: "bad")],
        ["'bad'", "the same shape", (NetworkBuilder network) => network.Conv2d(2, 3).Add(NetworkDefinition.InputName, name: "bad")],
        ["'bad'", "a sequence", (NetworkBuilder network) => network.Lstm(4, name: "bad")],
        ["'bad'", "units", (NetworkBuilder network) => network.RowsAsSequence().Gru(0, name: "bad")],
        ["'bad'", "units", (NetworkBuilder network) => network.RowsAsSequence().Lstm(600_000_000, name: "bad")],
        ["'missing'", "not the name of an earlier layer", (NetworkBuilder network) => network.From("missing").Flatten(name: "bad")],
        ["'same'", "Two layers", (NetworkBuilder network) => network.ReLU("same").ReLU("same")],
        ["'input'", "reserved", (NetworkBuilder network) => network.ReLU("input")],
        ["'a.b'", "not a valid layer name", (NetworkBuilder network) => network.ReLU("a.b")],
        ["'unread'", "No layer uses", (NetworkBuilder network) =>
        network.ReLU("unread").From(NetworkDefinition.InputName).Flatten().Linear(2)],
        ["'map'", "vector of logits", (NetworkBuilder network) => network.ReLU("map")],
        ["'one'", "at least 2", (NetworkBuilder network) => network.Flatten().Linear(1, name: "one")],
    ];

    [TestMethod]
    [DynamicData(nameof(Mistakes))]
    public void A_mistake_is_an_error_that_names_the_layer(string layer, string text, Func<NetworkBuilder, NetworkBuilder> build)
    {
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(
            () => build(NetworkDefinition.Build("wrong", Small)).ToDefinition());
        StringAssert.Contains(error.Message, layer);
        StringAssert.Contains(error.Message, text);
    }

    [TestMethod]
    public void Generated_names_skip_those_that_earlier_layers_were_given()
    {
        NetworkDefinition network = NetworkDefinition.Build("names", Small)
            .Conv2d(8, 3, name: "conv2").Conv2d(8, 3).Conv2d(8, 3).Flatten().Linear(2).ToDefinition();
        CollectionAssert.AreEqual(
            new[] { "conv2", "conv1", "conv3", "flatten1", "fc1" }, network.Layers.Select(layer => layer.Name).ToArray());
    }

    [TestMethod]
    public void No_name_of_a_layer_to_go_on_from_or_to_add_is_an_error_at_once()
    {
        NetworkBuilder builder = NetworkDefinition.Build("names", Small);
        Assert.AreEqual("other", Assert.ThrowsExactly<ArgumentNullException>(() => builder.Add(null!)).ParamName);
        Assert.AreEqual("layerName", Assert.ThrowsExactly<ArgumentNullException>(() => builder.From(null!)).ParamName);
    }

    [TestMethod]
    public void Networks_without_layers_or_with_empty_images_are_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => NetworkDefinition.Build("empty", Small).ToDefinition());
        Assert.ThrowsExactly<ArgumentException>(
            () => NetworkDefinition.Build("flat", new ImageShape(1, 0, 5)).Flatten().Linear(2).ToDefinition());
        Assert.ThrowsExactly<ArgumentException>(
            () => NetworkDefinition.Build("huge", new ImageShape(1, 60_000, 60_000)).Flatten().Linear(2).ToDefinition());
    }

    [TestMethod]
    public void Networks_with_too_many_parameters_are_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(
            () => NetworkDefinition.Build("huge", new ImageShape(1, 1000, 1000)).Flatten().Linear(1_000_000).Linear(2).ToDefinition());
        Assert.ThrowsExactly<ArgumentException>(
            () => NetworkDefinition.Build("huge", new ImageShape(1, 1, 4)).RowsAsSequence().Gru(700_000_000).LastStep().Linear(2)
            .ToDefinition());
        Assert.ThrowsExactly<ArgumentException>(
            () => NetworkDefinition.Build("huge", new ImageShape(1, 60_000, 1)).Conv2d(2_000_000_000, 1).Conv2d(2_000_000_000, 1)
                .GlobalAveragePool().Linear(2).ToDefinition());
    }
}
