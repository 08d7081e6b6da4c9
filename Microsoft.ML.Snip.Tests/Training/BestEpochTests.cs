using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Tests.Training;

[TestClass]
public class BestEpochTests
{
    [TestMethod]
    [DataRow(ValidationMetric.Loss, 0.0, 2)] // 3, 1, 1.5, 1
    [DataRow(ValidationMetric.Accuracy, 0.0, 3)] // 0.2, 0.5, 0.6, 0.5
    [DataRow(ValidationMetric.Accuracy, 0.2, 2)]
    [DataRow(ValidationMetric.MacroAccuracy, 0.0, 4)] // 0.1, 0.2, 0.3, 0.4
    public void TheBestEpochIsThatOfTheMetric(ValidationMetric metric, double minimumGain, int expected)
    {
        var best = new BestEpoch(new EarlyStopping { Metric = metric, MinimumGain = minimumGain });
        double[] losses = [3, 1, 1.5, 1], accuracies = [0.2, 0.5, 0.6, 0.5];
        for (int epoch = 1; epoch <= 4; epoch++)
        {
            best.IsBest(new EpochSummary(epoch, 1, 9, 0.9, losses[epoch - 1], accuracies[epoch - 1])
            {
                ValidationMacroAccuracy = epoch / 10.0,
            });
        }

        Assert.AreEqual(expected, best.Number);
    }

    [TestMethod]
    public void PatienceEndsAfterAsManyEpochsWithoutAGain()
    {
        var best = new BestEpoch(new EarlyStopping { Patience = 2 });
        double[] losses = [2, 3, 1, 1, 1.1];
        bool[] over = [.. losses.Select((loss, index) =>
        {
            best.IsBest(new EpochSummary(index + 1, 1, 9, 0.9, loss, 0.5));
            return best.IsPatienceOver;
        })];
        CollectionAssert.AreEqual(new[] { false, false, false, false, true }, over);
        Assert.AreEqual(3, best.Number);
    }

    /// <summary>A loss that is not a number is no gain, not even in the first epochs after a number.</summary>
    [TestMethod]
    public void ALossThatIsNotANumberIsNoGain()
    {
        var best = new BestEpoch(new EarlyStopping());
        best.IsBest(new EpochSummary(1, 1, 9, 0.9, 2, 0.5));
        Assert.IsFalse(best.IsBest(new EpochSummary(2, 1, 9, 0.9, double.NaN, 0.5)));
    }
}
