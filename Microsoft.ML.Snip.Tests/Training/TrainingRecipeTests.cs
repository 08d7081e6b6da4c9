using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Tests.Training;

[TestClass]
public class TrainingRecipeTests
{
    private const TrainingOptimizer Sgd = TrainingOptimizer.Sgd, Adam = TrainingOptimizer.Adam;

    [TestMethod]
    [DataRow(NetworkArchitecture.LeNet5, 0.0, Sgd, 0.02, 5e-4)]
    [DataRow(NetworkArchitecture.LeNet5, 0.9, Sgd, 0.042, 1e-4)]
    [DataRow(NetworkArchitecture.LeNet300, 0.9, Sgd, 0.1, 1e-4)]
    [DataRow(NetworkArchitecture.LeNet5, 0.95, Sgd, 0.052, 1e-4)]
    [DataRow(NetworkArchitecture.LeNet5, 0.98, Sgd, 0.07, 1e-4)]
    [DataRow(NetworkArchitecture.LeNet5, 0.999, Sgd, 0.07, 1e-4)]
    [DataRow(NetworkArchitecture.LeNet5, 0.5, Sgd, 0.025, 3.1e-4)]
    [DataRow(NetworkArchitecture.LeNet5, 0.8, Sgd, 0.033, 1.6e-4)]
    [DataRow(NetworkArchitecture.LeNet300, 0.8, Sgd, 0.062, 1.6e-4)]
    [DataRow(NetworkArchitecture.VggLike, 0.0, Sgd, 0.1, 5e-4)]
    [DataRow(NetworkArchitecture.Wrn16x8, 0.95, Sgd, 0.1, 5e-4)]
    [DataRow(NetworkArchitecture.LstmS, 0.0, Adam, 0.003, 0.0)]
    [DataRow(NetworkArchitecture.GruS, 0.9, Adam, 0.015, 0.0)]
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

    [TestMethod]
    [DataRow(NetworkArchitecture.LeNet300, Sgd)]
    [DataRow(NetworkArchitecture.LeNet5, Sgd)]
    [DataRow(NetworkArchitecture.LeNet300, Adam)]
    [DataRow(NetworkArchitecture.VggLike, Sgd)]
    [DataRow(NetworkArchitecture.LstmS, Sgd)]
    [DataRow(NetworkArchitecture.LstmS, Adam)]
    public void NoSmallStepInSparsityIsALargeStepInTheRecipe(NetworkArchitecture architecture, TrainingOptimizer optimizer)
    {
        var network = NetworkDefinition.FromArchitecture(architecture, new ImageShape(3, 32, 32), 10);
        const double Step = 1.1 + 1e-9; // From 0.10 to 0.11, of two digits.
        TrainingRecipe before = TrainingRecipe.For(network, 0, optimizer);
        for (double density = 0.95; density > 0.001; density *= 0.95)
        {
            TrainingRecipe recipe = TrainingRecipe.For(network, 1 - density, optimizer);
            string steps = $"density {density:F4}: {recipe} after {before}";
            Assert.IsTrue(recipe.LearningRate >= before.LearningRate && recipe.LearningRate <= Step * before.LearningRate, steps);
            Assert.IsTrue(recipe.WeightDecay <= before.WeightDecay && recipe.WeightDecay >= before.WeightDecay / Step, steps);
            before = recipe;
        }
    }

    [TestMethod]
    [DataRow(NetworkArchitecture.LeNet300, 2, 0.02, 0.1)]
    [DataRow(NetworkArchitecture.LeNet300, 100, 0.032, 0.16)]
    [DataRow(NetworkArchitecture.LeNet300, 300, 0.039, 0.2)]
    [DataRow(NetworkArchitecture.LeNet5, 100, 0.032, 0.07)]
    [DataRow(NetworkArchitecture.VggLike, 2, 0.1, 0.1)]
    [DataRow(NetworkArchitecture.VggLike, 200, 0.25, 0.25)]
    [DataRow(NetworkArchitecture.LstmS, 100, 0.0048, 0.024)]
    public void ManyClassesWantAHigherLearningRate(NetworkArchitecture architecture, int classes, double dense, double sparse)
    {
        var network = NetworkDefinition.FromArchitecture(architecture, new ImageShape(3, 32, 32), classes);
        Assert.AreEqual(dense, TrainingRecipe.For(network, 0).LearningRate);
        Assert.AreEqual(sparse, TrainingRecipe.For(network, 0.95).LearningRate);
    }
}
