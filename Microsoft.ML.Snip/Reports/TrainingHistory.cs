using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Snip;

/// <summary>How training went, epoch by epoch.</summary>
/// <param name="Epochs">One entry an epoch, the first first.</param>
public sealed record TrainingHistory(ImmutableArray<EpochSummary> Epochs)
{
    /// <summary>
    /// How many images of the training data, and of the ValidationSet if there was one, could not be read and were left out, as
    /// <see cref="InvalidImages.Skip"/> allows.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int SkippedImages { get; init; }
}

/// <summary>One epoch of training.</summary>
/// <param name="Epoch">Its number; the first is 1.</param>
/// <param name="LearningRate">The learning rate of its last step.</param>
/// <param name="Loss">Mean cross-entropy over the epoch's training examples, each as the network stood when its batch came.</param>
/// <param name="Accuracy">Share of the epoch's training examples that were classified right, in [0, 1].</param>
/// <param name="ValidationLoss">Mean cross-entropy over the whole validation set after the epoch, if there is one.</param>
/// <param name="ValidationAccuracy">
/// Share of the whole validation set that is classified right after the epoch, in [0, 1], if there is one.
/// </param>
public sealed record EpochSummary(
    int Epoch, double LearningRate, double Loss, double Accuracy, double? ValidationLoss = null, double? ValidationAccuracy = null);
