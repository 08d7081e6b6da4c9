namespace Microsoft.ML.Snip.Training;

/// <summary>Whom a training tells what happens.</summary>
internal sealed record TrainingCallbacks
{
    /// <summary>Called before each batch; throws to cancel.</summary>
    public Action CheckAlive { get; init; } = () => { };

    /// <summary>Called after each batch.</summary>
    public Action<TrainingProgress> Report { get; init; } = _ => { };

    /// <summary>Called after each epoch.</summary>
    public Action<EpochSummary> ReportEpoch { get; init; } = _ => { };

    /// <summary>Receives warnings.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Stores a checkpoint; null for no checkpoints.</summary>
    public Action<TrainingState>? Save { get; init; }
}
