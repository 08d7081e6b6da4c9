using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Tests.Training;

[TestClass]
public class MaskUpdateScheduleTests
{
    [TestMethod]
    public void TheFractionFallsToNothingAtNineTenths()
    {
        var schedule = new MaskUpdateSchedule(fraction: 0.4, interval: 10, stepCount: 100);
        double[] fractions = [.. Enumerable.Range(1, 100).Select(step => schedule.FractionAfter(step))];
        for (int step = 1; step <= 100; step++)
        {
            double expected = step % 10 == 0 && step < 90 ? 0.2 * (1 + Math.Cos(Math.PI * step / 90)) : 0;
            Assert.AreEqual(expected, fractions[step - 1], 1e-12, $"step {step}");
        }

        Assert.AreEqual(fractions.Count(fraction => fraction > 0), MaskUpdateSchedule.CountUpdates(interval: 10, stepCount: 100));
    }

    [TestMethod]
    [DataRow(50, 55L, 0L)]
    [DataRow(50, 56L, 1L)]
    [DataRow(50, 7200L, 129L)]
    [DataRow(1, 1L, 0L)]
    public void AShortTrainingHasFewUpdatesOrNone(int interval, long steps, long expected)
    {
        Assert.AreEqual(expected, MaskUpdateSchedule.CountUpdates(interval, steps));
        var schedule = new MaskUpdateSchedule(0.3, interval, steps);
        Assert.AreEqual(expected, Enumerable.Range(1, (int)steps).Count(step => schedule.FractionAfter(step) > 0));
    }
}
