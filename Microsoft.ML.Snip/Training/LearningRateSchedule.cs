namespace Microsoft.ML.Snip;

/// <summary>How the learning rate changes from the first step to the last.</summary>
public enum LearningRateSchedule
{
    /// <summary>Falls along half a cosine to 0: rate * (1 + cos(pi * step / steps)) / 2. Needs no tuning to the number of epochs.</summary>
    Cosine,

    /// <summary>A tenth after two thirds of the steps and a hundredth after five sixths, the paper's steps scaled to any length.</summary>
    Step,

    /// <summary>Stays as it is.</summary>
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
        _ => throw new ArgumentOutOfRangeException(nameof(schedule), schedule, "There is no such schedule."),
    };
}
