using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Snip;

/// <summary>The course of training, epoch by epoch.</summary>
/// <param name="Epochs">One entry for each epoch, in order.</param>
public sealed record TrainingHistory(ImmutableArray<EpochSummary> Epochs)
{
    /// <summary>
    /// The epoch whose weights the model has; null if those are the last epoch's because there was no
    /// <see cref="PrunedImageClassificationTrainer.Options.EarlyStopping"/>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int? BestEpoch { get; init; }

    /// <summary>
    /// How the model classifies the validation set, for each class in the order of the scores; null without a validation set.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ImmutableArray<ClassEvaluation>? ValidationClasses { get; init; }

    /// <summary>The engine that computed the training steps; null for models that do not tell.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    [JsonConverter(typeof(JsonStringEnumConverter<TrainingEngine>))]
    public TrainingEngine? Engine { get; init; }

    /// <summary>Why this engine was chosen, as a part of a sentence.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? EngineReason { get; init; }

    /// <summary>The device that trained, with its name, such as "cuda:0 (NVIDIA H100)"; null for models that do not tell.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? Device { get; init; }

    /// <summary>
    /// How often training diverged and restarted at a lower learning rate; see
    /// <see cref="PrunedImageClassificationTrainer.Options.DivergenceRestarts"/>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Restarts { get; init; }

    /// <summary>
    /// How many images of the training data, and of the ValidationSet if one was given, could not be read and were skipped. Always 0
    /// without <see cref="InvalidImages.Skip"/>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int SkippedImages { get; init; }
}

/// <summary>One epoch of training.</summary>
/// <param name="Epoch">Its number; the first is 1.</param>
/// <param name="LearningRate">The learning rate of the epoch's last step.</param>
/// <param name="Loss">Mean cross-entropy over the epoch's training examples, each measured before the step of its batch.</param>
/// <param name="Accuracy">Fraction of the epoch's training examples that were classified correctly, in [0, 1].</param>
/// <param name="ValidationLoss">Mean cross-entropy over the whole validation set after the epoch; null without a validation set.</param>
/// <param name="ValidationAccuracy">
/// Fraction of the whole validation set that is classified correctly after the epoch, in [0, 1]; null without a validation set.
/// </param>
public sealed record EpochSummary(
    int Epoch, double LearningRate, double Loss, double Accuracy, double? ValidationLoss = null, double? ValidationAccuracy = null)
{
    /// <summary>
    /// The mean over the classes of the fraction of a class's images in the validation set that are classified correctly after the epoch,
    /// in [0, 1]; null without a validation set.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double? ValidationMacroAccuracy { get; init; }
}
