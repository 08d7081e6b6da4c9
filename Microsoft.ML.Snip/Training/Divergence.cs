using System.Runtime.CompilerServices;

namespace Microsoft.ML.Snip.Training;

/// <summary>Tells of trainings whose numbers grow beyond all bounds, and which setting to change.</summary>
internal static class Divergence
{
    /// <summary>
    /// Refuses a weight decay that alone makes training diverge, before it starts: each step takes learning rate * weight decay of every
    /// weight away, and from 1 on all of it and more. Below that, it is the learning rate that was too high.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The weight decay is too high for the learning rate.</exception>
    public static void Foresee(double learningRate, double weightDecay, [CallerArgumentExpression(nameof(weightDecay))] string option = "")
    {
        double share = learningRate * weightDecay;
        if (share >= 1 && weightDecay >= 1)
        {
            throw new ArgumentOutOfRangeException(
                option,
                FormattableString.Invariant($"WeightDecay is {weightDecay} at a LearningRate of {learningRate}: each step would take {share} times of every weight away. ")
                + "The product of the two must be below 1; usual decays are from 0.00001 to 0.001.");
        }
    }

    /// <exception cref="InvalidOperationException">The loss is not finite.</exception>
    public static void CheckLoss(double loss, int batch, int epoch, TrainingSettings settings)
    {
        if (!double.IsFinite(loss))
        {
            throw Found(FormattableString.Invariant($"the loss is {loss} in batch {batch} of epoch {epoch}"), settings.LearningRate);
        }
    }

    /// <summary>What to say when training diverged.</summary>
    /// <param name="sign">What shows it, as a part of a sentence.</param>
    /// <param name="learningRate">The learning rate that training started with.</param>
    public static InvalidOperationException Found(string sign, double learningRate) =>
        new(FormattableString.Invariant($"Training diverged: {sign}. Choose a smaller LearningRate (it was {learningRate})."));
}
