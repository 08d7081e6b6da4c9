namespace Microsoft.ML.Snip.Training;

/// <summary>
/// When connections are dropped and grown, and how many: every so many steps a fraction that falls along half a cosine to 0, after which
/// the last steps train what was found (Evci et al., "Rigging the lottery", ICML 2020, section 3).
/// </summary>
/// <param name="fraction">The share of a parameter's kept connections that is dropped at first, in (0, 1).</param>
/// <param name="interval">Steps from one update to the next.</param>
/// <param name="stepCount">Steps of the whole training.</param>
internal sealed class MaskUpdateSchedule(double fraction, int interval, long stepCount)
{
    /// <summary>The share of the steps after which the mask stays.</summary>
    private const double End = 0.9;

    /// <summary>How many updates there are in a training.</summary>
    public static long CountUpdates(int interval, long stepCount) => (long)(Math.Ceiling(End * stepCount) - 1) / interval;

    /// <summary>The share to drop and grow after a step, the first step being 1; 0 after most steps.</summary>
    public double FractionAfter(long step) =>
        step % interval == 0 && step < End * stepCount ? fraction * 0.5 * (1 + Math.Cos(Math.PI * step / (End * stepCount))) : 0;
}
