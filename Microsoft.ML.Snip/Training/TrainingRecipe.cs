using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Training;

/// <summary>
/// Default optimizer, learning rate and weight decay for a kind of network, sparsity and number of classes, from measurements with the
/// cosine schedule, which scales to any number of epochs. docs/training.md has the measurements.
/// </summary>
/// <param name="Optimizer">The optimization algorithm.</param>
/// <param name="LearningRate">The initial learning rate of the schedule.</param>
/// <param name="WeightDecay">The weight decay.</param>
internal sealed record TrainingRecipe(TrainingOptimizer Optimizer, double LearningRate, double WeightDecay)
{
    /// <summary>At this density and below, the values for sparse networks are used.</summary>
    private const double SparseDensity = 0.1;

    /// <summary>
    /// The same for the learning rate of convolutional networks without batch norm. Their first layers keep most of their connections, so
    /// activations shrink only at a lower density.
    /// </summary>
    private const double SparseConvolutionDensity = 0.02;

    /// <summary>The highest learning rate of convolutional networks without batch norm, for any number of classes.</summary>
    private const double MaxConvolutionLearningRate = 0.07;

    /// <summary>AdamW's default weight decay, that of its implementations.</summary>
    private const double AdamWDecay = 0.01;

    /// <summary>Up to this number of classes, the number does not affect the learning rate.</summary>
    private const double FewClasses = 10;

    /// <summary>
    /// With batch norm the SNIP paper's recipe works at any sparsity. Without it the learning rate must fit the scale of activations and
    /// gradients, which pruning makes smaller: the fewer connections are kept, the higher the best learning rate and the lower the best
    /// weight decay. Recurrent networks learn faster with Adam. With many classes, each class has small gradients and few images in a
    /// batch, so a higher learning rate is better.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="sparsity">The fraction of pruned connections, in [0, 1).</param>
    /// <param name="optimizer">The optimizer, or null to choose it.</param>
    public static TrainingRecipe For(NetworkDefinition network, double sparsity, TrainingOptimizer? optimizer = null)
    {
        bool recurrent = network.Layers.Any(layer => layer is RecurrentLayer);
        bool normalized = network.Layers.Any(layer => layer is BatchNorm or GroupNorm or LayerNorm);
        TrainingOptimizer chosen = optimizer ?? (recurrent ? TrainingOptimizer.Adam : TrainingOptimizer.Sgd);
        bool adam = chosen.HasMeanSquares();
        bool convolves = network.Module is not null || network.Layers.Any(layer => layer is Conv2d); // A custom module may.
        bool limited = convolves && !normalized && !recurrent;
        double rate = recurrent ? (adam ? Grade(0.003, 0.015, sparsity) : Grade(0.1, 0.5, sparsity))
            : adam ? Grade(0.001, 0.003, sparsity)
            : normalized ? 0.1
            : limited ? Grade(0.02, MaxConvolutionLearningRate, sparsity, SparseConvolutionDensity)
            : Grade(0.02, 0.1, sparsity);
        double decay = chosen == TrainingOptimizer.AdamW ? AdamWDecay
            : adam ? 0
            : recurrent ? 1e-4
            : normalized ? 5e-4
            : Grade(5e-4, 1e-4, sparsity);

        rate *= Math.Pow(Math.Max(1, network.ClassCount / FewClasses), normalized ? 0.3 : 0.2);
        rate = limited ? Math.Min(rate, MaxConvolutionLearningRate) : rate;
        return new TrainingRecipe(chosen, Round(rate), Round(decay));
    }

    /// <summary>
    /// A power of the density with value <paramref name="dense"/> at density 1 and <paramref name="sparse"/> at
    /// <paramref name="sparseDensity"/>; constant below that density.
    /// </summary>
    private static double Grade(double dense, double sparse, double sparsity, double sparseDensity = SparseDensity) =>
        dense * Math.Pow(sparse / dense, Math.Min(1, Math.Log(1 - sparsity) / Math.Log(sparseDensity)));

    /// <summary>Rounds to two significant digits.</summary>
    private static double Round(double value) =>
        double.Parse(
            value.ToString("E1", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);
}
