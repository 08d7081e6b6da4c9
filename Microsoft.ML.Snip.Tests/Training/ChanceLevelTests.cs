using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Tests.Engines.Torch.UserModules;
using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Tests.Training;

[TestClass]
public class ChanceLevelTests
{
    [TestMethod]
    [DataRow(10, 1000, 0.1)]
    [DataRow(10, 1000, 0.139)]
    [DataRow(300, 6000, 0.005)]
    [DataRow(2, 100, 0.62)]
    [DataRow(2, 8, 0.625)]
    public void WhatAGuessMayReachIsTold(int classes, int rows, double accuracy)
    {
        string? warning = ChanceLevel.FindNear(Epoch(accuracy), Rows(rows, row => row % classes), validation: null, learningRate: 0.25);
        StringAssert.Contains(warning, "near chance");
        StringAssert.Contains(warning, $"of the {rows} training images");
        StringAssert.Contains(warning, "it was 0.25");
    }

    [TestMethod]
    [DataRow(10, 1000, 0.15)]
    [DataRow(300, 6000, 0.06)]
    [DataRow(2, 100, 0.66)]
    [DataRow(10, 10, 0.5)]
    [DataRow(2, 6, 1.0)]
    [DataRow(2, 8, 0.75)]
    public void WhatMustHaveBeenLearnedIsNot(int classes, int rows, double accuracy) =>
        Assert.IsNull(ChanceLevel.FindNear(Epoch(accuracy), Rows(rows, row => row % classes), validation: null, learningRate: 0.25));

    [TestMethod]
    public void AlwaysTheMostFrequentClassIsAGuess()
    {
        ExampleSet rows = Rows(1000, row => row % 10 == 0 ? 1 : 0);
        StringAssert.Contains(
            ChanceLevel.FindNear(Epoch(0.91), rows, validation: null, learningRate: 0.25), "always predicting the most frequent class "
                + "gives 90.0 %");
        Assert.IsNull(ChanceLevel.FindNear(Epoch(0.95), rows, validation: null, learningRate: 0.25));
        Assert.IsNull(ChanceLevel.FindNear(Epoch(1), Rows(10, _ => 0), validation: null, learningRate: 0.25), "one class is always right");
        Assert.IsNull(
            ChanceLevel.FindNear(Epoch(1), Rows(50, row => row % 10 == 0 ? 1 : 0), validation: null, learningRate: 0.25), "all are right");
    }

    [TestMethod]
    public void HeldOutImagesCountWhereThereAreAny()
    {
        ExampleSet training = Rows(1000, row => row % 10), validation = Rows(500, row => row % 10);
        StringAssert.Contains(
            ChanceLevel.FindNear(Epoch(0.9) with { ValidationAccuracy = 0.1 }, training, validation, learningRate: 0.25), "500 held-out");
        Assert.IsNull(ChanceLevel.FindNear(Epoch(0.1) with { ValidationAccuracy = 0.9 }, training, validation, learningRate: 0.25));
    }

    [TestMethod]
    public void AFitThatLearnsNothingSaysSo()
    {
        Assert.IsTrue(
            Pipelines.LogOf(options => options.LearningRate = 1e-9).Exists(line => line.Contains("near chance", StringComparison.Ordinal)));
        Assert.IsFalse(Pipelines.LogOf(_ => { }).Exists(line => line.Contains("near chance", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow(1e-9, true)]
    [DataRow(0.05, false)]
    public void AModuleOfOnesOwnThatLearnsNothingSaysSo(double learningRate, bool expected)
    {
        List<string> lines = Pipelines.LogOf(options => (options.ModuleFactory, options.ModuleName, options.LearningRate) =
            ((shape, classes) => new GatedNetwork(shape, classes), "ChanceLevelTests.gated", learningRate));
        Assert.AreEqual(expected, lines.Exists(line => line.Contains("near chance", StringComparison.Ordinal)));
    }

    private static EpochSummary Epoch(double accuracy) => new(1, LearningRate: 0, Loss: 1, accuracy);

    private static ExampleSet Rows(int count, Func<int, int> classOf)
    {
        int[] labels = [.. Enumerable.Range(0, count).Select(classOf)];
        var classes = new ClassLabels(ClassValueKind.Int32, [.. Enumerable.Range(0, labels.Max() + 1).Select(number => $"{number}")]);
        var shape = new ImageShape(1, 1, 1);
        return ExampleSet.All(new ImageDataset(shape, classes, labels, new BytePixelStore(shape)));
    }
}
