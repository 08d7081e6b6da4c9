using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Tests.Training;

/// <summary>One loss that is not finite is enough to stop, or to restart the epoch.</summary>
[TestClass]
public class DivergenceTests
{
    /// <summary>Four steps in each of three epochs.</summary>
    private static readonly TrainingSettings Settings = new(
        Epochs: 3, BatchSize: 4, TrainingOptimizer.Sgd, LearningRate: 0.25, LearningRateSchedule.Constant, Momentum: 0, WeightDecay: 0,
        DropFraction: 0, MaskUpdateInterval: 1, Augmentation: null);

    private readonly List<string> _warnings = [];

    [TestMethod]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    [DataRow(double.NegativeInfinity)]
    public void ALossThatIsNotFiniteIsTold(double loss)
    {
        using var engine = new ScriptedEngine(step => step == 7 ? loss : 1e30);
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => Train(Settings, engine));
        StringAssert.Contains(exception.Message, "in batch 3 of epoch 2");
        StringAssert.Contains(exception.Message, "it was 0.25");
    }

    [TestMethod]
    public void TrainingRestartsFromTheEpochsStartWithAQuarterOfTheRate()
    {
        // The seventh step is the third of epoch 2; the epoch starts again, and again after its first step.
        using var engine = new ScriptedEngine(step => step is 7 or 8 ? double.NaN : 1);
        TrainingHistory history = Train(Settings with { DivergenceRestarts = 2 }, engine);
        CollectionAssert.AreEqual(
            new[] { 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.0625 }.Concat(Enumerable.Repeat(0.015625, 8)).ToArray(),
            engine.Rates);
        Assert.AreEqual(12, engine.Step);
        Assert.AreEqual(2, history.Restarts);
        CollectionAssert.AreEqual(new[] { 0.25, 0.015625, 0.015625 }, history.Epochs.Select(epoch => epoch.LearningRate).ToArray());
        Assert.HasCount(2, _warnings);
        StringAssert.Contains(_warnings[1], "from the beginning of epoch 2 with the learning rate of the schedule multiplied by 0.0625");
    }

    [TestMethod]
    public void AfterTheLastRestartTrainingFails()
    {
        using var engine = new ScriptedEngine(step => step >= 6 ? double.NaN : 1);
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => Train(Settings with { DivergenceRestarts = 2 }, engine));
        StringAssert.Contains(exception.Message, "it was 0.015625");
        Assert.HasCount(8, engine.Rates);
    }

    private TrainingHistory Train(TrainingSettings settings, ScriptedEngine engine) =>
        new TrainingLoop(ScriptedEngine.RunOf(settings, 16), engine, new TrainingCallbacks { Warn = _warnings.Add }).Run().History;
}
