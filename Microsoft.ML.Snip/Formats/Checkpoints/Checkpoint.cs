using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Formats.Checkpoints;

/// <summary>A fit that can go on.</summary>
/// <param name="Fit">What the fit is of, by name: options and data. A fit goes on from the checkpoint only if it has the same ones.</param>
/// <param name="Seed">The seed of all random numbers.</param>
/// <param name="Engine">The engine that trains.</param>
/// <param name="EngineReason">Why this engine was chosen.</param>
/// <param name="State">Where the training is.</param>
internal sealed record Checkpoint(
    IReadOnlyDictionary<string, string> Fit, int Seed, TrainingEngine Engine, string EngineReason, TrainingState State);
