using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Tests.Training;

[TestClass]
public class TrainingSettingsTests
{
    /// <summary>What is left makes a last step, unless it is one example alone, which joins the step before.</summary>
    [TestMethod]
    [DataRow(20, 10, 2)]
    [DataRow(19, 10, 2)]
    [DataRow(22, 10, 3)]
    [DataRow(21, 10, 2)]
    [DataRow(1, 10, 1)]
    [DataRow(9, 10, 1)]
    [DataRow(3, 1, 3)]
    public void ALoneLastExampleMakesNoStep(int examples, int batchSize, int expected)
    {
        var settings = new TrainingSettings(
            Epochs: 1, batchSize, TrainingOptimizer.Sgd, LearningRate: 0.1, LearningRateSchedule.Constant, Momentum: 0, WeightDecay: 0,
            DropFraction: 0, MaskUpdateInterval: 1, Augmentation: null);
        Assert.AreEqual(expected, settings.CountBatches(examples));
    }
}
