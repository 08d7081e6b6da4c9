namespace Microsoft.ML.Snip;

/// <summary>How the learning rate changes from the first step to the last.</summary>
public enum LearningRateSchedule
{
    /// <summary>
    /// Decreases along half a cosine to 0: rate * (1 + cos(pi * step / steps)) / 2. It does not need tuning for the number of epochs.
    /// </summary>
    Cosine,

    /// <summary>
    /// The rate divided by 10 after two thirds of the steps and by 100 after five sixths: the schedule of the SNIP paper, scaled to any
    /// number of steps.
    /// </summary>
    Step,

    /// <summary>Does not change.</summary>
    Constant,
}

/// <summary>The arithmetic of <see cref="LearningRateSchedule"/>.</summary>
internal static class LearningRateSchedules
{
    /// <summary>The learning rate of step <paramref name="step"/> (from 0) of <paramref name="steps"/>.</summary>
    public static double At(this LearningRateSchedule schedule, double rate, long step, long steps) => schedule switch
    {
        LearningRateSchedule.Cosine => rate * (1 + Math.Cos(Math.PI * step / steps)) / 2,
        LearningRateSchedule.Step => step * 6 >= steps * 5 ? rate / 100 : step * 3 >= steps * 2 ? rate / 10 : rate,
        LearningRateSchedule.Constant => rate,
        _ => throw new ArgumentOutOfRangeException(nameof(schedule), schedule, "Unknown schedule."),
    };
}
