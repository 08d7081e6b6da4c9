using System.Globalization;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.Snip.Training;

/// <summary>Detects divergence and says which setting to change.</summary>
internal static class Divergence
{
    /// <summary>
    /// Rejects, before training starts, a weight decay that makes training diverge: each step subtracts learning rate * weight decay times
    /// each weight, and from 1 on more than the weight itself. Below 1, divergence is caused by a learning rate that is too high.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The weight decay is too high for the learning rate.</exception>
    public static void Foresee(double learningRate, double weightDecay, [CallerArgumentExpression(nameof(weightDecay))] string option = "")
    {
        double factor = learningRate * weightDecay;
        if (factor >= 1 && weightDecay >= 1)
        {
            throw new ArgumentOutOfRangeException(
                option,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"WeightDecay is {weightDecay} at a LearningRate of {learningRate}: each step would subtract {factor} times each "
                    + $"weight. The product of the two must be below 1; usual weight decays are from 0.00001 to 0.001."));
        }
    }

    /// <summary>What the learning rate is multiplied by when training restarts after it has diverged.</summary>
    private const double RestartFactor = 0.25;

    /// <summary>What the learning rate of the schedule is multiplied by after some restarts.</summary>
    public static double RateAfter(int restarts) => Math.Pow(RestartFactor, restarts);

    /// <summary>The exception for a training that diverged.</summary>
    /// <param name="sign">What shows the divergence, as a part of a sentence.</param>
    /// <param name="learningRate">The learning rate that training started with.</param>
    public static InvalidOperationException Found(string sign, double learningRate) =>
        new(FormattableString.Invariant($"Training diverged: {sign}. Choose a smaller LearningRate (it was {learningRate})."));
}
