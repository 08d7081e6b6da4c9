using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.Training;

/// <summary>What an engine trains with, besides the network.</summary>
/// <param name="Settings">The training settings.</param>
/// <param name="Mask">The kept connections at the start.</param>
/// <param name="Training">The training set.</param>
/// <param name="Validation">The validation set, or null.</param>
/// <param name="Normalization">The normalisation of the pixels.</param>
/// <param name="Random">The random numbers for augmentation, dropout and grown connections.</param>
internal sealed record TrainingRun(
    TrainingSettings Settings, PruningMask Mask, ExampleSet Training, ExampleSet? Validation, PixelNormalization Normalization,
    RandomStreams Random)
{
    /// <summary>Where TorchSharp trains.</summary>
    public TrainingDevice Device { get; init; } = TrainingDevice.Cpu;

    /// <summary>The number of examples in the largest batch that is trained on.</summary>
    public int LargestTrainingBatch => Settings.CountLargestBatch(Training.Count);

    /// <summary>The number of examples in the largest batch that is evaluated; 0 without a validation set.</summary>
    public int LargestValidationBatch => Math.Min(Settings.BatchSize, Validation?.Count ?? 0);

    /// <summary>Changes training images at random; null for no augmentation.</summary>
    public Augmenter? CreateAugmenter() => Settings.Augmentation is { } augmentation
        ? new Augmenter(augmentation, Training.Dataset.Shape, Normalization)
        : null;

    /// <summary>The random numbers for the augmentation of a step.</summary>
    /// <param name="step">The number of the step.</param>
    public Random ForAugmentation(long step) => Random.Create("augmentation", step);

    /// <summary>The seed of the connections that are grown after a step.</summary>
    /// <param name="step">The number of the step.</param>
    public int SeedOfGrowth(long step) => Random.SeedOf("rewiring", step);
}
