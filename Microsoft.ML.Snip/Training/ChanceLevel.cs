using System.Globalization;
using Microsoft.ML.Snip.Images.Examples;

namespace Microsoft.ML.Snip.Training;

/// <summary>
/// Warns of trainings that end near chance level. With many classes that is not obvious from an accuracy of a few per cent.
/// </summary>
internal static class ChanceLevel
{
    /// <summary>The number of standard deviations of a guess's accuracy that a trained network must exceed.</summary>
    private const double Deviations = 3;

    /// <summary>The minimum gain of a useful network, as a fraction of the way from chance to 1.</summary>
    private const double MinGain = 0.05;

    /// <summary>
    /// The gain that is always enough, as such a fraction: with few images, the standard deviations may exceed the whole way.
    /// </summary>
    private const double EnoughGain = 0.5;

    /// <summary>The warning for a training that ended near chance; otherwise null.</summary>
    /// <param name="last">The last epoch.</param>
    /// <param name="training">The training set.</param>
    /// <param name="validation">The validation set, or null; if there is one, its accuracy counts.</param>
    /// <param name="learningRate">The learning rate that training started with.</param>
    public static string? FindNear(EpochSummary last, ExampleSet training, ExampleSet? validation, double learningRate)
    {
        (double accuracy, ExampleSet rows) = last.ValidationAccuracy is { } validated
            ? (validated, validation!)
            : (last.Accuracy, training);
        double chance = rows.Examples.GroupBy(example => rows.Dataset.Labels[example]).Max(group => group.Count()) / (double)rows.Count;
        double noise = Deviations * Math.Sqrt(chance * (1 - chance) / rows.Count);
        return chance == 1 || accuracy >= chance + Math.Clamp(noise, MinGain * (1 - chance), EnoughGain * (1 - chance))
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"Training ended near chance: in the last epoch {accuracy:P1} of the {rows.Count} "
                + $"{(validation is null ? "training" : "held-out")} images were classified correctly; always predicting the most frequent "
                + $"class gives {chance:P1}. Try another LearningRate (it was {learningRate}: a higher one if the loss fell slowly, a "
                + $"lower one if it did not fall), more Epochs, a lower Sparsity or a larger network.");
    }
}
