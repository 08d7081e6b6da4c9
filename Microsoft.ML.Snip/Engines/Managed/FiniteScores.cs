using System.Numerics.Tensors;

namespace Microsoft.ML.Snip.Engines.Managed;

/// <summary>Finds scores that are not finite numbers before they are returned.</summary>
internal static class FiniteScores
{
    /// <summary>The number of leading images that have only finite scores.</summary>
    /// <param name="scores">The scores of some images, one image after the other.</param>
    /// <param name="classes">The number of scores of an image.</param>
    public static int CountLeading(ReadOnlySpan<float> scores, int classes)
    {
        // Scores are probabilities: if all are finite, their sum is.
        if (float.IsFinite(TensorPrimitives.Sum(scores)))
        {
            return scores.Length / classes;
        }

        int image = 0;
        while (image * classes < scores.Length && float.IsFinite(TensorPrimitives.Sum(scores.Slice(image * classes, classes))))
        {
            image++;
        }

        return image;
    }

    /// <summary>One sentence that explains why scores are not finite although the pixels are.</summary>
    /// <param name="executor">The executor that computed the scores.</param>
    /// <param name="inputCount">The number of values in an image.</param>
    /// <param name="classes">The number of scores of an image.</param>
    public static string Explain(INetworkExecutor executor, int inputCount, int classes)
    {
        // An image of zeros: all its pixels have the mean of the training set.
        var scores = new float[classes];
        executor.Predict(new float[inputCount], 1, scores);
        return CountLeading(scores, classes) == 0
            ? "the scores are not finite numbers for any image: the model has weights that are not finite or too large. "
                + "Its training diverged or its file is damaged; train it again, with a lower LearningRate if it diverged."
            : "the scores are not finite numbers: the pixels are too far outside the range that the model was trained on.";
    }
}
