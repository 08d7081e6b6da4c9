using System.Numerics.Tensors;

namespace Microsoft.ML.Snip.Engines.Managed;

/// <summary>Scores that are not finite numbers are found here, before anyone sees them.</summary>
internal static class FiniteScores
{
    /// <summary>How many images, from the first on, have only finite scores.</summary>
    /// <param name="scores">The scores of some images, one behind the other.</param>
    /// <param name="classes">How many scores an image has.</param>
    public static int CountLeading(ReadOnlySpan<float> scores, int classes)
    {
        // Scores are probabilities: their sum is finite if they are.
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

    /// <summary>Why scores are not finite although the pixels are, as a sentence.</summary>
    /// <param name="executor">What gave the scores.</param>
    /// <param name="inputCount">Numbers of an image.</param>
    /// <param name="classes">Scores of an image.</param>
    public static string Explain(INetworkExecutor executor, int inputCount, int classes)
    {
        // The image whose pixels all have the mean of the training set.
        var scores = new float[classes];
        executor.Predict(new float[inputCount], 1, scores);
        return CountLeading(scores, classes) == 0
            ? "the scores are not finite numbers, whatever the image: the model has weights that are not finite or too large. "
                + "Its training diverged, or it was damaged; train it again, with a lower LearningRate if it diverged."
            : "the scores are not finite numbers: the pixels are too far outside the range that the model was trained on.";
    }
}
