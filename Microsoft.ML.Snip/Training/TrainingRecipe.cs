namespace Microsoft.ML.Snip.Training;

/// <summary>Learning rate and weight decay where none is given, as measured on Fashion-MNIST: sparse networks want more of the one and less of the other.</summary>
internal static class TrainingRecipe
{
    /// <summary>Below this sparsity a network trains like a dense one.</summary>
    private const double SparseFrom = 0.9;

    public static double LearningRate(double sparsity) => sparsity < SparseFrom ? 0.02 : 0.1;

    public static double WeightDecay(double sparsity) => sparsity < SparseFrom ? 5e-4 : 1e-4;
}
