using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Training;

/// <summary>
/// Optimizer, learning rate and weight decay where none is given, by kind of network, sparsity and number of classes, as measured with the
/// cosine schedule, which stretches to any number of epochs. docs/training.md has the measurements.
/// </summary>
/// <param name="Optimizer">How gradients become steps.</param>
/// <param name="LearningRate">The learning rate the schedule starts from.</param>
/// <param name="WeightDecay">Weight decay.</param>
internal sealed record TrainingRecipe(TrainingOptimizer Optimizer, double LearningRate, double WeightDecay)
{
    /// <summary>From this density down, a network has the values for sparse networks.</summary>
    private const double SparseDensity = 0.1;

    /// <summary>
    /// The same for the learning rate of convolutions without batch norm. The first of them keep most of their connections, so activations
    /// become smaller later.
    /// </summary>
    private const double SparseConvolutionDensity = 0.02;

    /// <summary>The highest learning rate of convolutions without batch norm, whatever the number of classes.</summary>
    private const double MaxConvolutionLearningRate = 0.07;

    /// <summary>Up to so many classes, their number does not count.</summary>
    private const double FewClasses = 10;

    /// <summary>
    /// Batch norm allows the SNIP paper's recipe at any sparsity. Without it the learning rate must suit the scale of activations and
    /// gradients, which pruning makes smaller: the fewer connections are kept, the more of it a network wants, and the less weight decay.
    /// Recurrent networks learn faster with Adam. Many classes have small gradients each, and few images in a batch: they want more of the
    /// learning rate, too.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="sparsity">The share of connections cut, in [0, 1).</param>
    /// <param name="optimizer">The optimizer if it is given.</param>
    public static TrainingRecipe For(NetworkDefinition network, double sparsity, TrainingOptimizer? optimizer = null)
    {
        bool recurrent = network.Layers.Any(layer => layer is RecurrentLayer), normalized = network.Layers.Any(
            layer => layer is BatchNorm or GroupNorm or LayerNorm);
        TrainingOptimizer chosen = optimizer ?? (recurrent ? TrainingOptimizer.Adam : TrainingOptimizer.Sgd);
        bool adam = chosen == TrainingOptimizer.Adam;
        bool convolves = network.Module is not null || network.Layers.Any(layer => layer is Conv2d); // A module of one's own may.
        bool limited = convolves && !normalized && !recurrent;
        double rate = recurrent ? (adam ? Grade(0.003, 0.015, sparsity) : Grade(0.1, 0.5, sparsity))
            : adam ? Grade(0.001, 0.003, sparsity)
            : normalized ? 0.1
            : limited ? Grade(0.02, MaxConvolutionLearningRate, sparsity, SparseConvolutionDensity)
            : Grade(0.02, 0.1, sparsity);
        double decay = adam ? 0 : recurrent ? 1e-4 : normalized ? 5e-4 : Grade(5e-4, 1e-4, sparsity);

        rate *= Math.Pow(Math.Max(1, network.ClassCount / FewClasses), normalized ? 0.3 : 0.2);
        rate = limited ? Math.Min(rate, MaxConvolutionLearningRate) : rate;
        return new TrainingRecipe(chosen, Round(rate), Round(decay));
    }

    /// <summary>
    /// A power of the density that goes from one value at density 1 to the other at <paramref name="sparseDensity"/>, and stays there.
    /// </summary>
    private static double Grade(double dense, double sparse, double sparsity, double sparseDensity = SparseDensity) =>
        dense * Math.Pow(sparse / dense, Math.Min(1, Math.Log(1 - sparsity) / Math.Log(sparseDensity)));

    /// <summary>To two significant digits, as a person would write it.</summary>
    private static double Round(double value) =>
        double.Parse(
            value.ToString("E1", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);
}
