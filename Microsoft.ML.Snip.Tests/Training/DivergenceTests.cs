using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Tests.Training;

/// <summary>One number that is not finite is enough.</summary>
[TestClass]
public class DivergenceTests
{
    private static readonly TrainingSettings Settings = new(
        Epochs: 1, BatchSize: 4, TrainingOptimizer.Sgd, LearningRate: 0.25, LearningRateSchedule.Constant, Momentum: 0, WeightDecay: 0,
        DropFraction: 0, MaskUpdateInterval: 1, Augmentation: null);

    [TestMethod]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    [DataRow(double.NegativeInfinity)]
    public void ALossThatIsNotFiniteIsTold(double loss)
    {
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => Divergence.CheckLoss(loss, batch: 3, epoch: 2, Settings));
        StringAssert.Contains(exception.Message, "in batch 3 of epoch 2");
        StringAssert.Contains(exception.Message, "it was 0.25");
        Divergence.CheckLoss(1e30, batch: 3, epoch: 2, Settings);
    }
}
