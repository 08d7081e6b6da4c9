using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Training;

/// <summary>
/// Learning rate and weight decay where none is given, by kind of network and sparsity, as measured on Fashion-MNIST with the cosine schedule, which
/// stretches to any number of epochs.
/// </summary>
/// <param name="LearningRate">The learning rate the schedule starts from.</param>
/// <param name="WeightDecay">Weight decay.</param>
internal sealed record TrainingRecipe(double LearningRate, double WeightDecay)
{
    /// <summary>Below this sparsity a network trains like a dense one.</summary>
    private const double SparseFrom = 0.9;

    /// <summary>
    /// Batch norm allows the SNIP paper's recipe at any sparsity. Without it the learning rate must suit the scale of activations and gradients, which
    /// pruning makes smaller: sparse networks want more of it, and less weight decay.
    /// </summary>
    public static TrainingRecipe For(NetworkDefinition network, double sparsity)
    {
        bool sparse = sparsity >= SparseFrom;
        if (network.Layers.Any(layer => layer is RecurrentLayer))
        {
            return new TrainingRecipe(sparse ? 0.5 : 0.1, 1e-4);
        }

        return network.Layers.Any(layer => layer is BatchNorm)
            ? new TrainingRecipe(0.1, 5e-4)
            : new TrainingRecipe(sparse ? 0.1 : 0.02, sparse ? 1e-4 : 5e-4);
    }
}
