using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Training;

/// <summary>The recipe of one training run, every value decided.</summary>
/// <param name="Epochs">Passes over the training set.</param>
/// <param name="BatchSize">
/// Examples in a step; the last step of an epoch takes what is left, a single one left over with the step before.
/// </param>
/// <param name="Optimizer">How gradients become steps.</param>
/// <param name="LearningRate">The learning rate the schedule starts from.</param>
/// <param name="Schedule">How it changes.</param>
/// <param name="Momentum">Momentum (Adam's beta 1), in [0, 1).</param>
/// <param name="WeightDecay">Weight decay, at least 0.</param>
/// <param name="DropFraction">The share of the kept connections that moves at first, in [0, 1); 0 keeps the mask.</param>
/// <param name="MaskUpdateInterval">Steps from one move to the next, at least 1.</param>
/// <param name="Augmentation">How images are changed at random, or null.</param>
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
    /// <summary>
    /// Steps in an epoch: the last takes what is left; a lone last example, which has no statistics to normalise by, joins the batch
    /// before.
    /// </summary>
    public int CountBatches(int examples)
    {
        (int whole, int left) = Math.DivRem(examples, BatchSize);
        return left > 1 || whole == 0 || BatchSize == 1 ? whole + Math.Min(left, 1) : whole;
    }

    /// <summary>Examples of the largest step.</summary>
    public int CountLargestBatch(int examples) =>
        Math.Max(examples - ((CountBatches(examples) - 1) * BatchSize), Math.Min(BatchSize, examples));

    /// <summary>Refuses what is known before the first step to end badly.</summary>
    /// <param name="network">The network to train.</param>
    /// <param name="examples">How many training examples there are.</param>
    /// <exception cref="ArgumentOutOfRangeException">The weight decay is too high for the learning rate.</exception>
    /// <exception cref="ArgumentException">A batch norm would have one number a channel to take statistics of.</exception>
    public void RequireTrains(NetworkDefinition network, int examples)
    {
        Divergence.Foresee(LearningRate, WeightDecay);
        if (Math.Min(BatchSize, examples) == 1
            && network.Layers.OfType<BatchNorm>().FirstOrDefault(norm => network.ShapeOf(norm.Name) is { Height: 1, Width: 1 }) is { } single)
        {
            throw new ArgumentException($"Batch norm '{single.Name}' takes statistics of a batch, so that training needs a BatchSize of at least 2 and as many images.");
        }
    }
}
