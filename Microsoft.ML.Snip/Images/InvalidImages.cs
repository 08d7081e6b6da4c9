namespace Microsoft.ML.Snip;

/// <summary>What a fit does with rows whose image cannot be read.</summary>
public enum InvalidImages
{
    /// <summary>
    /// The fit fails before training, with an error that lists these rows: the first ones by file or row, with the cause, and the number of
    /// further ones.
    /// </summary>
    Fail,

    /// <summary>
    /// These rows are skipped; the log lists them in the same way, and <see cref="TrainingHistory.SkippedImages"/> counts them.
    /// </summary>
    Skip,
}
