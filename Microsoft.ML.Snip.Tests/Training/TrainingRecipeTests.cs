using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Tests.Training;

[TestClass]
public class TrainingRecipeTests
{
    private const TrainingOptimizer Sgd = TrainingOptimizer.Sgd, Adam = TrainingOptimizer.Adam;

    [TestMethod]
    [DataRow(NetworkArchitecture.LeNet5, 0.0, Sgd, 0.02, 5e-4)]
    [DataRow(NetworkArchitecture.LeNet5, 0.95, Sgd, 0.1, 1e-4)]
    [DataRow(NetworkArchitecture.VggLike, 0.0, Sgd, 0.1, 5e-4)]
    [DataRow(NetworkArchitecture.Wrn16x8, 0.95, Sgd, 0.1, 5e-4)]
    [DataRow(NetworkArchitecture.LstmS, 0.0, Adam, 0.003, 0.0)]
    [DataRow(NetworkArchitecture.GruS, 0.95, Adam, 0.015, 0.0)]
    public void EachKindOfNetworkHasItsRecipe(
        NetworkArchitecture architecture, double sparsity, TrainingOptimizer optimizer, double learningRate, double weightDecay)
    {
        var network = NetworkDefinition.FromArchitecture(architecture, new ImageShape(3, 32, 32), 10);
        Assert.AreEqual(new TrainingRecipe(optimizer, learningRate, weightDecay), TrainingRecipe.For(network, sparsity));
    }

    [TestMethod]
    [DataRow(NetworkArchitecture.LeNet5, 0.95, Adam)]
    [DataRow(NetworkArchitecture.VggLike, 0.0, Adam)]
    [DataRow(NetworkArchitecture.LstmS, 0.95, Sgd)]
    public void AChosenOptimizerHasALearningRateOfItsOwn(NetworkArchitecture architecture, double sparsity, TrainingOptimizer optimizer)
    {
        var network = NetworkDefinition.FromArchitecture(architecture, new ImageShape(3, 32, 32), 10);
        TrainingRecipe chosen = TrainingRecipe.For(network, sparsity, optimizer), usual = TrainingRecipe.For(network, sparsity);
        Assert.AreEqual(optimizer, chosen.Optimizer);
        Assert.AreNotEqual(usual.Optimizer, chosen.Optimizer);
        Assert.AreEqual(optimizer == Adam, chosen.LearningRate < usual.LearningRate, "Adam's steps do not shrink with the gradients");
    }
}
