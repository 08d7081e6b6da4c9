using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Tests.Training;

[TestClass]
public class TrainingRecipeTests
{
    [TestMethod]
    [DataRow(NetworkArchitecture.LeNet5, 0.0, 0.02, 5e-4)]
    [DataRow(NetworkArchitecture.LeNet5, 0.95, 0.1, 1e-4)]
    [DataRow(NetworkArchitecture.VggLike, 0.0, 0.1, 5e-4)]
    [DataRow(NetworkArchitecture.Wrn16x8, 0.95, 0.1, 5e-4)]
    [DataRow(NetworkArchitecture.LstmS, 0.0, 0.1, 1e-4)]
    [DataRow(NetworkArchitecture.GruS, 0.95, 0.5, 1e-4)]
    public void EachKindOfNetworkHasItsRecipe(NetworkArchitecture architecture, double sparsity, double learningRate, double weightDecay)
    {
        var network = NetworkDefinition.FromArchitecture(architecture, new ImageShape(3, 32, 32), 10);
        Assert.AreEqual(new TrainingRecipe(learningRate, weightDecay), TrainingRecipe.For(network, sparsity));
    }
}
