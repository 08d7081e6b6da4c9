namespace Microsoft.ML.Snip;

/// <summary>What a fit does with rows whose image cannot be read.</summary>
public enum InvalidImages
{
    /// <summary>
    /// The fit fails before it trains, with an error that lists them: the first ones by file or row, with the cause, and how many more
    /// there are.
    /// </summary>
    Fail,

    /// <summary>
    /// They are left out; the log lists them in the same way, and <see cref="TrainingHistory.SkippedImages"/> counts them.
    /// </summary>
    Skip,
}
