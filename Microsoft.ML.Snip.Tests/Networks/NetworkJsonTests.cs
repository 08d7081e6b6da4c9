using System.Text.Json;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Tests.Networks;

/// <summary>The JSON form, which the model file stores.</summary>
[TestClass]
public class NetworkJsonTests
{
    [TestMethod]
    [DynamicData(nameof(SampleNetworks.All), typeof(SampleNetworks))]
    public void A_network_survives_the_way_through_JSON(NetworkDefinition network)
    {
        string json = network.ToJson();
        NetworkDefinition copy = NetworkDefinition.FromJson(json);
        Assert.AreEqual(network.Name, copy.Name);
        Assert.AreEqual(network.InputShape, copy.InputShape);
        CollectionAssert.AreEqual(network.Layers, copy.Layers);
        CollectionAssert.AreEqual(network.Parameters.Select(Describe).ToArray(), copy.Parameters.Select(Describe).ToArray());
        Assert.AreEqual(json, copy.ToJson());

        static string Describe(NetworkParameter parameter) =>
            $"{parameter.Name} {parameter.Role} {parameter.OutputPositions} {string.Join('x', parameter.Shape)}";
    }

    [TestMethod]
    public void Built_in_networks_survive_too()
    {
        foreach (NetworkArchitecture architecture in ArchitectureTests.All)
        {
            NetworkDefinition network = NetworkDefinition.FromArchitecture(architecture, new ImageShape(3, 32, 32), 10);
            CollectionAssert.AreEqual(network.Layers, NetworkDefinition.FromJson(network.ToJson()).Layers);
        }
    }

    [TestMethod]
    public void A_network_may_be_a_property_of_something_that_is_serialised()
    {
        var holder = new Holder(SampleNetworks.Residual());
        Holder copy = JsonSerializer.Deserialize<Holder>(JsonSerializer.Serialize(holder))!;
        CollectionAssert.AreEqual(holder.Network.Layers, copy.Network.Layers);
    }

    [TestMethod]
    [DataRow("null")]
    [DataRow("[]")]
    [DataRow("{")]
    [DataRow("""{"name":"n","inputShape":{"channels":1,"height":2,"width":2}}""")]
    [DataRow("""{"name":"n","inputShape":{"channels":1,"height":2,"width":2},"layers":[null]}""")]
    [DataRow("""{"name":"n","inputShape":{"channels":1,"height":2,"width":2},"""
        + """ "layers":[{"layer":"teleport","name":"a","input":"input"}]}""")]
    [DataRow("""{"name":"n","inputShape":{"channels":1,"height":2,"width":2},"layers":[{"name":"a","input":"input"}]}""")]
    [DataRow("""{"name":"n","inputShape":{"channels":1,"height":2,"width":2},"""
        + """ "layers":[{"layer":"flatten","name":"a","input":"input","strid":2}]}""")]
    [DataRow("""{"name":"n","name":"m","inputShape":{"channels":1,"height":2,"width":2},"""
        + """ "layers":[{"layer":"flatten","name":"a","input":"input"}]}""")]
    public void Text_of_another_form_is_a_JSON_error(string json) =>
        Assert.ThrowsExactly<JsonException>(() => NetworkDefinition.FromJson(json));

    [TestMethod]
    [DataRow("""{"name":"n","inputShape":{"channels":1,"height":2,"width":2},"layers":[]}""")]
    [DataRow("""{"name":"n","inputShape":{"channels":0,"height":2,"width":2},"layers":[{"layer":"flatten","name":"a","input":"input"}]}""")]
    [DataRow("""{"name":"n","inputShape":{"channels":1,"height":2,"width":2},"""
        + """ "layers":[{"layer":"flatten","name":"a","input":"nowhere"}]}""")]
    public void A_network_that_makes_no_sense_is_an_argument_error(string json) =>
        Assert.ThrowsExactly<ArgumentException>(() => NetworkDefinition.FromJson(json));

    private sealed record Holder(NetworkDefinition Network);
}
