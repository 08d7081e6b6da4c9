using Microsoft.ML.Snip.Images.Examples;

namespace Microsoft.ML.Snip.Training;

/// <summary>
/// How many equally weighted examples would give a batch's gradient as little noise as the weighted ones: (sum of w)^2 / sum of w^2
/// (Kish's effective sample size).
/// </summary>
internal static class EffectiveExamples
{
    /// <summary>
    /// What a learning rate for equal weights is multiplied by: the square root of the effective fraction of the examples, because the
    /// noise of a step grows with the inverse of that root. 1 if all weights are equal.
    /// </summary>
    /// <param name="training">The training set, with example weights or without.</param>
    /// <param name="classWeights">The weight of each class; null if all are 1.</param>
    /// <remarks>
    /// On Fashion-MNIST with 50 times fewer images of five classes, LeNet-300-100 at 95 % sparsity with balanced weights had a macro
    /// accuracy of 0.72 at the learning rate for equal weights, 0.1, and of 0.81 at 0.03.
    /// </remarks>
    public static double RateFactor(ExampleSet training, float[]? classWeights)
    {
        if (classWeights is null && training.Dataset.Weights is null)
        {
            return 1;
        }

        double sum = 0, squares = 0;
        foreach (int example in training.Examples)
        {
            double weight = (training.Dataset.Weights?[example] ?? 1) * (classWeights?[training.Dataset.Labels[example]] ?? 1.0);
            sum += weight;
            squares += weight * weight;
        }

        return squares == 0 ? 1 : sum / Math.Sqrt(squares * training.Count);
    }
}
