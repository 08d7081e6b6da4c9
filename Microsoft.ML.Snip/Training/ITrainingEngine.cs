using Microsoft.ML.Snip.Images.Examples;

namespace Microsoft.ML.Snip.Training;

/// <summary>
/// Computes the steps of a training run; the training loop does not depend on the implementation. The pruned weights of the network are
/// exactly 0 after each step.
/// </summary>
internal interface ITrainingEngine : IDisposable
{
    /// <summary>Makes one optimizer step on the mean loss of a batch.</summary>
    /// <param name="batch">Training examples.</param>
    /// <param name="learningRate">The learning rate of this step.</param>
    /// <returns>The mean cross-entropy before the step, and the number of examples that were classified correctly.</returns>
    (double Loss, long Correct) Step(ExampleBatch batch, double learningRate);

    /// <summary>Evaluates a batch in evaluation mode, without learning from it.</summary>
    /// <param name="batch">Validation examples.</param>
    /// <param name="predicted">Receives the class with the largest logit for each example.</param>
    /// <returns>The sum of the cross-entropies.</returns>
    double Evaluate(ExampleBatch batch, Span<int> predicted);

    /// <summary>Drops a fraction of each parameter's kept connections and grows as many others, which start from 0.</summary>
    /// <param name="fraction">The fraction, in (0, 1).</param>
    void UpdateMask(double fraction);

    /// <summary>Copies the state of the network.</summary>
    /// <param name="withOptimizer">Whether to copy the optimizer's state too, which is needed to go on training.</param>
    NetworkState Read(bool withOptimizer);

    /// <summary>Continues from a state that an engine for the same network and settings has given.</summary>
    void Write(NetworkState state);

    /// <summary>The name of a parameter or buffer with a value that is not finite; null if there is none.</summary>
    string? FindNotFinite();

    /// <summary>Ends training and sets the network to evaluation mode.</summary>
    void Finish();
}
