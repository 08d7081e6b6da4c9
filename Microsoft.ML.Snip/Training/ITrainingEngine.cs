
namespace Microsoft.ML.Snip.Training;

/// <summary>
/// Computes the steps of a training run; the training loop does not depend on the implementation. The pruned weights of the network are
/// exactly 0 after each step.
/// </summary>
internal interface ITrainingEngine : IDisposable
{
    /// <summary>Makes one optimizer step on the mean loss of a batch.</summary>
    /// <param name="examples">The training examples, by their index in the data set.</param>
    /// <param name="learningRate">The learning rate of this step.</param>
    /// <returns>The mean cross-entropy before the step, and the number of examples that were classified correctly.</returns>
    (double Loss, long Correct) Step(ReadOnlySpan<int> examples, double learningRate);

    /// <summary>Evaluates a batch in evaluation mode, without learning from it.</summary>
    /// <param name="examples">The validation examples, by their index in the validation set's data.</param>
    /// <param name="predicted">Receives the class with the largest logit for each example.</param>
    /// <returns>The sum of the cross-entropies.</returns>
    double Evaluate(ReadOnlySpan<int> examples, Span<int> predicted);

    /// <summary>Drops a fraction of each parameter's kept connections and grows as many others, which start from 0.</summary>
    /// <param name="fraction">The fraction, in (0, 1).</param>
    void UpdateMask(double fraction);

    /// <summary>Remembers the current weights and mask; only the last ones are remembered.</summary>
    void KeepWeights();

    /// <summary>Returns to the weights and the mask that <see cref="KeepWeights"/> has remembered.</summary>
    void RestoreWeights();

    /// <summary>The name of a parameter or buffer with a value that is not finite; null if there is none.</summary>
    string? FindNotFinite();

    /// <summary>The currently kept connections.</summary>
    PruningMask ReadMask();

    /// <summary>Ends training and sets the network to evaluation mode.</summary>
    void Finish();
}
