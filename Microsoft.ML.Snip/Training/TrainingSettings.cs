using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Training;

/// <summary>The settings of one training run, with all values chosen.</summary>
/// <param name="Epochs">The number of passes over the training set.</param>
/// <param name="BatchSize">
/// The number of examples in a step. The last step of an epoch takes the remaining examples; a single remaining example is added to the
/// step before.
/// </param>
/// <param name="Optimizer">The optimization algorithm.</param>
/// <param name="LearningRate">The initial learning rate of the schedule.</param>
/// <param name="Schedule">How the learning rate changes.</param>
/// <param name="Momentum">Momentum (Adam's beta 1), in [0, 1).</param>
/// <param name="WeightDecay">The weight decay, at least 0.</param>
/// <param name="DropFraction">
/// The fraction of the kept connections that each mask update replaces at first, in [0, 1); 0 does not change the mask.
/// </param>
/// <param name="MaskUpdateInterval">The number of steps between mask updates, at least 1.</param>
/// <param name="Augmentation">The random changes of training images, or null.</param>
internal sealed record TrainingSettings(
    int Epochs,
    int BatchSize,
    TrainingOptimizer Optimizer,
    double LearningRate,
    LearningRateSchedule Schedule,
    double Momentum,
    double WeightDecay,
    double DropFraction,
    int MaskUpdateInterval,
    Augmentation? Augmentation)
{
    /// <summary>Whether stochastic gradient descent looks ahead along the momentum.</summary>
    public bool Nesterov { get; init; }

    /// <summary>The largest norm of the gradients of all parameters together; null for no limit.</summary>
    public double? MaxGradientNorm { get; init; }

    /// <summary>The part of the target probability that is spread over all classes, in [0, 1).</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>The number of epochs, whole or not, in which the learning rate rises from 0 to that of the schedule; at least 0.</summary>
    public double WarmUpEpochs { get; init; }

    /// <summary>When training ends before its last epoch; null for never.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>The longest time of training; null for no limit.</summary>
    public TimeSpan? MaxTime { get; init; }

    /// <summary>The weight of each class in the loss; null if all are 1.</summary>
    public float[]? ClassWeights { get; init; }

    /// <summary>How often training may restart from an epoch's start at a lower learning rate after it has diverged.</summary>
    public int DivergenceRestarts { get; init; }

    /// <summary>The longest time between two checkpoints.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.MaxValue;

    /// <summary>The learning rate of a step.</summary>
    /// <param name="learningRate">The initial learning rate of the schedule.</param>
    /// <param name="step">The step; the first is 0.</param>
    /// <param name="batches">The number of steps in an epoch.</param>
    public double RateAt(double learningRate, long step, int batches) =>
        Schedule.At(learningRate, step, (long)batches * Epochs) * Math.Min(1, (step + 1) / Math.Max(1, WarmUpEpochs * batches));

    /// <summary>
    /// The number of steps in an epoch. The last step takes the remaining examples; a single remaining example, for which batch norm cannot
    /// compute statistics, is added to the batch before.
    /// </summary>
    public int CountBatches(int examples)
    {
        (int whole, int left) = Math.DivRem(examples, BatchSize);
        return left > 1 || whole == 0 || BatchSize == 1 ? whole + Math.Min(left, 1) : whole;
    }

    /// <summary>The number of examples in the largest step.</summary>
    public int CountLargestBatch(int examples) =>
        Math.Max(examples - ((CountBatches(examples) - 1) * BatchSize), Math.Min(BatchSize, examples));

    /// <summary>Rejects settings with which training is known to fail.</summary>
    /// <param name="network">The network to train.</param>
    /// <param name="examples">The number of training examples.</param>
    /// <exception cref="ArgumentOutOfRangeException">The weight decay is too high for the learning rate.</exception>
    /// <exception cref="ArgumentException">A batch norm would have only one value per channel to compute statistics from.</exception>
    public void RequireTrains(NetworkDefinition network, int examples)
    {
        Divergence.Foresee(LearningRate, WeightDecay);
        BatchNorm? single = network.Layers.OfType<BatchNorm>().FirstOrDefault(
            norm => network.ShapeOf(norm.Name) is { Height: 1, Width: 1 });
        if (Math.Min(BatchSize, examples) == 1 && single is not null)
        {
            throw new ArgumentException(
                $"Batch norm '{single.Name}' computes statistics over the batch, so training needs a BatchSize of at least 2 and at least "
                + "2 images.");
        }
    }
}
