using System.Collections.Immutable;

namespace Microsoft.ML.Snip.Training;

/// <summary>Where a training is. With it, the settings and the data, a training goes on as if it had not stopped.</summary>
/// <param name="Network">The network.</param>
internal sealed record TrainingState(NetworkState Network)
{
    /// <summary>The epochs that have ended.</summary>
    public ImmutableArray<EpochSummary> Epochs { get; init; } = [];

    /// <summary>The steps of the current epoch so far.</summary>
    public EpochSums Current { get; init; } = new();

    /// <summary>The best epoch so far; null without early stopping or before the first epoch has ended.</summary>
    public BestEpochState? Best { get; init; }

    /// <summary>The network of the best epoch, without the optimizer's state.</summary>
    public NetworkState? BestNetwork { get; init; }

    /// <summary>The loss of the first step of all; null before it.</summary>
    public double? FirstLoss { get; init; }

    /// <summary>Where training restarts from if it diverges; null if it may not restart.</summary>
    public TrainingState? LastGood { get; init; }

    /// <summary>How often training has restarted at a lower learning rate.</summary>
    public int Restarts { get; init; }

    /// <summary>The time of training so far.</summary>
    public TimeSpan Elapsed { get; init; }
}

/// <summary>What the steps of an epoch add up to.</summary>
/// <param name="Batches">The number of steps.</param>
/// <param name="Examples">The number of their examples.</param>
/// <param name="LossSum">The sum of the examples' losses.</param>
/// <param name="Correct">The number of examples that were classified correctly.</param>
/// <param name="LearningRate">The learning rate of the last step.</param>
internal sealed record EpochSums(int Batches = 0, long Examples = 0, double LossSum = 0, long Correct = 0, double LearningRate = 0)
{
    /// <summary>The mean loss.</summary>
    public double Loss => LossSum / Examples;

    /// <summary>The fraction of examples that were classified correctly.</summary>
    public double Accuracy => (double)Correct / Examples;

    /// <summary>The sums with one more step.</summary>
    public EpochSums Add(int examples, double loss, long correct, double learningRate) =>
        new(Batches + 1, Examples + examples, LossSum + (loss * examples), Correct + correct, learningRate);
}
