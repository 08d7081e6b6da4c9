using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Training;

/// <summary>
/// Optimizer, learning rate and weight decay where none is given, by kind of network and sparsity, as measured on Fashion-MNIST with the cosine schedule, which
/// stretches to any number of epochs.
/// </summary>
/// <param name="Optimizer">How gradients become steps.</param>
/// <param name="LearningRate">The learning rate the schedule starts from.</param>
/// <param name="WeightDecay">Weight decay.</param>
internal sealed record TrainingRecipe(TrainingOptimizer Optimizer, double LearningRate, double WeightDecay)
{
    /// <summary>Below this sparsity a network trains like a dense one.</summary>
    private const double SparseFrom = 0.9;

    /// <summary>
    /// Batch norm allows the SNIP paper's recipe at any sparsity. Without it the learning rate must suit the scale of activations and gradients, which
    /// pruning makes smaller: sparse networks want more of it, and less weight decay. Recurrent networks learn faster with Adam.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="sparsity">The sparsity asked for.</param>
    /// <param name="optimizer">The optimizer if it is given.</param>
    public static TrainingRecipe For(NetworkDefinition network, double sparsity, TrainingOptimizer? optimizer = null)
    {
        bool sparse = sparsity >= SparseFrom;
        bool recurrent = network.Layers.Any(layer => layer is RecurrentLayer);
        if ((optimizer ?? (recurrent ? TrainingOptimizer.Adam : TrainingOptimizer.Sgd)) == TrainingOptimizer.Adam)
        {
            double rate = recurrent ? (sparse ? 0.015 : 0.003) : (sparse ? 0.003 : 0.001);
            return new TrainingRecipe(TrainingOptimizer.Adam, rate, WeightDecay: 0);
        }

        (double learningRate, double weightDecay) = recurrent ? (sparse ? 0.5 : 0.1, 1e-4)
            : network.Layers.Any(layer => layer is BatchNorm) ? (0.1, 5e-4)
            : (sparse ? 0.1 : 0.02, sparse ? 1e-4 : 5e-4);
        return new TrainingRecipe(TrainingOptimizer.Sgd, learningRate, weightDecay);
    }
}
