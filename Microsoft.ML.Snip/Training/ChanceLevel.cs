using Microsoft.ML.Snip.Images.InMemory;

namespace Microsoft.ML.Snip.Training;

/// <summary>Tells of trainings that end hardly better than a guess, which a rate of a few per cent of many classes can hide.</summary>
internal static class ChanceLevel
{
    /// <summary>How many standard deviations of the right answers of a guess do not show that anything was learned.</summary>
    private const double Deviations = 3;

    /// <summary>The share of the way from chance to 1 that a useful network has gone.</summary>
    private const double MinGain = 0.05;

    /// <summary>The share of that way that is always enough: with few images, the deviations may be more than all of it.</summary>
    private const double EnoughGain = 0.5;

    /// <summary>What to say of a training that ended near chance, for the log; null of any other.</summary>
    /// <param name="last">The last epoch.</param>
    /// <param name="training">What was trained on.</param>
    /// <param name="validation">What was held out, if anything was: its accuracy counts then.</param>
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
            : FormattableString.Invariant($"Training ended near chance: in the last epoch {accuracy:P1} of the {rows.Count} {(validation is null ? "training" : "held-out")} images were right, ")
                + FormattableString.Invariant($"and to answer always with the most frequent class gives {chance:P1}. ")
                + FormattableString.Invariant($"Try another LearningRate (it was {learningRate}: a higher one where the loss fell slowly, a lower one where it did not fall), more Epochs, a lower Sparsity or a larger network.");
    }
}
