using Microsoft.ML.Snip.Networks;

namespace Microsoft.ML.Snip.Tests.Networks;

/// <summary>Parameter counts against the SNIP paper's networks, written down by role.</summary>
[TestClass]
public class LargeArchitectureTests
{
    [TestMethod]
    [DataRow(NetworkArchitecture.VggLike, 32, 10, 14_977_728, 4_746, 9_472)]
    [DataRow(NetworkArchitecture.VggLike, 64, 200, 15_075_008, 4_936, 9_472)]
    [DataRow(NetworkArchitecture.Wrn16x8, 32, 10, 10_954_160, 10, 7_200)]
    public void CountsAreThePapers(NetworkArchitecture architecture, int size, int classes, int weights, int biases, int normParameters)
    {
        var network = NetworkDefinition.FromArchitecture(architecture, new ImageShape(3, size, size), classes);
        long Count(params ParameterRole[] roles) => network.Parameters.Where(parameter => roles.Contains(parameter.Role)).Sum(parameter => parameter.Count);
        Assert.AreEqual(weights, Count(ParameterRole.Weight));
        Assert.AreEqual(biases, Count(ParameterRole.Bias));
        Assert.AreEqual(normParameters, Count(ParameterRole.Gain, ParameterRole.Shift));
    }

    [TestMethod]
    public void WideResNetHalvesTwiceAndEndsWithTheMean()
    {
        var network = NetworkDefinition.FromArchitecture(NetworkArchitecture.Wrn16x8, new ImageShape(3, 32, 32), 10);
        Assert.AreEqual(TensorShape.Vector(512), network.ShapeOf("average1"));
        Assert.AreEqual(TensorShape.Map(512, 8, 8), network.ShapeOf(network.Layers.Single(layer => layer.Name == "average1").Inputs[0]));
    }
}
