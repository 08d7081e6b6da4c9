using Microsoft.ML.Snip.Networks;

namespace Microsoft.ML.Snip.Tests.Networks;

/// <summary>The built-in networks have the sizes that follow from the SNIP authors' definitions.</summary>
[TestClass]
public class ArchitectureTests
{
    private static readonly ImageShape Grey = new(1, 28, 28);

    [TestMethod]
    [DataRow(NetworkArchitecture.LeNet300, 266_200, 410)]
    [DataRow(NetworkArchitecture.LeNet5, 430_500, 580)]
    public void Weights_and_biases_are_as_many_as_published(NetworkArchitecture architecture, long weights, long biases)
    {
        NetworkDefinition network = NetworkDefinition.FromArchitecture(architecture, Grey, 10);
        Assert.AreEqual(weights, CountOf(network, ParameterRole.Weight));
        Assert.AreEqual(biases, CountOf(network, ParameterRole.Bias));
        Assert.AreEqual(weights + biases, network.Parameters.Sum(parameter => parameter.Count));
    }

    [TestMethod]
    public void Every_architecture_can_be_built_for_any_number_of_classes()
    {
        foreach (NetworkArchitecture architecture in Enum.GetValues<NetworkArchitecture>())
        {
            NetworkDefinition network = NetworkDefinition.FromArchitecture(architecture, new ImageShape(3, 32, 32), 7);
            Assert.AreEqual(7, network.ClassCount, architecture.ToString());
            Assert.AreEqual(architecture.ToString(), network.Name);
        }
    }

    [TestMethod]
    public void LeNet5_uses_its_weights_at_every_position()
    {
        NetworkDefinition network = NetworkDefinition.FromArchitecture(NetworkArchitecture.LeNet5, Grey, 10);
        Dictionary<string, Parameter> parameters = network.Parameters.ToDictionary(parameter => parameter.Name);
        Assert.AreEqual(24 * 24, parameters["conv1.weight"].Uses);
        Assert.AreEqual(8 * 8, parameters["conv2.weight"].Uses);
        Assert.AreEqual(1, parameters["fc1.weight"].Uses);
        CollectionAssert.AreEqual(new[] { 500, 800 }, parameters["fc1.weight"].Shape.ToArray());
        Assert.AreEqual(20 * 25, parameters["conv2.weight"].FanIn);
    }

    [TestMethod]
    public void Pictures_too_small_are_an_error_that_names_the_layer()
    {
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(
            () => NetworkDefinition.FromArchitecture(NetworkArchitecture.LeNet5, new ImageShape(1, 8, 8), 10));
        StringAssert.Contains(error.Message, "'conv2'");
        StringAssert.Contains(error.Message, "larger pictures");
    }

    [TestMethod]
    public void Fewer_than_2_classes_are_refused() => Assert.ThrowsExactly<ArgumentOutOfRangeException>(
        () => NetworkDefinition.FromArchitecture(NetworkArchitecture.LeNet300, Grey, 1));

    [TestMethod]
    public void Unknown_architectures_are_refused() => Assert.ThrowsExactly<ArgumentOutOfRangeException>(
        () => NetworkDefinition.FromArchitecture((NetworkArchitecture)1000, Grey, 10));

    private static long CountOf(NetworkDefinition network, ParameterRole role) =>
        network.Parameters.Where(parameter => parameter.Role == role).Sum(parameter => parameter.Count);
}
