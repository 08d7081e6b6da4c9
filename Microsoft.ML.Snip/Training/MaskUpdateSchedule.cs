namespace Microsoft.ML.Snip.Training;

/// <summary>
/// When connections are dropped and grown, and how many: at fixed intervals, a fraction that decreases along half a cosine to 0. The last
/// steps train the final mask (Evci et al., "Rigging the lottery", ICML 2020, section 3).
/// </summary>
/// <param name="fraction">The fraction of a parameter's kept connections that is dropped at first, in (0, 1).</param>
/// <param name="interval">The number of steps between updates.</param>
/// <param name="stepCount">The number of steps of the whole training.</param>
internal sealed class MaskUpdateSchedule(double fraction, int interval, long stepCount)
{
    /// <summary>The fraction of the steps after which the mask does not change.</summary>
    private const double End = 0.9;

    /// <summary>The number of updates in a training.</summary>
    public static long CountUpdates(int interval, long stepCount) => (long)(Math.Ceiling(End * stepCount) - 1) / interval;

    /// <summary>The fraction to drop and grow after a step (the first step is 1); 0 if the mask is not updated after it.</summary>
    public double FractionAfter(long step) =>
        step % interval == 0 && step < End * stepCount ? fraction * 0.5 * (1 + Math.Cos(Math.PI * step / (End * stepCount))) : 0;
}
