
namespace Microsoft.ML.Snip.Training;

/// <summary>
/// Computes the steps of a training run: how, the loop does not know. The cut weights of its network are exactly 0 after each step.
/// </summary>
internal interface ITrainingEngine : IDisposable
{
    /// <summary>One optimiser step on the mean loss of a batch.</summary>
    /// <param name="examples">Training examples, by their index in the data set.</param>
    /// <param name="learningRate">The learning rate of this step.</param>
    /// <returns>The mean cross-entropy before the step, and how many examples were classified right.</returns>
    (double Loss, long Correct) Step(ReadOnlySpan<int> examples, double learningRate);

    /// <summary>Classifies a batch as in prediction; nothing is learned from it.</summary>
    /// <param name="examples">Validation examples, by their index in the validation set's data.</param>
    /// <returns>The sum of the cross-entropies, and how many examples were classified right.</returns>
    (double LossSum, long Correct) Evaluate(ReadOnlySpan<int> examples);

    /// <summary>Drops a share of each parameter's kept connections, and grows as many others, which start from 0.</summary>
    /// <param name="fraction">The share, in (0, 1).</param>
    void UpdateMask(double fraction);

    /// <summary>The name of a parameter or buffer with a number that is not finite; null if there is none.</summary>
    string? FindNotFinite();

    /// <summary>Which connections are kept by now.</summary>
    PruningMask ReadMask();

    /// <summary>Ends training: the network is in evaluation mode from now on.</summary>
    void Finish();
}
