using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Training;

/// <summary>The optimizer update of one parameter, with its state from step to step.</summary>
/// <remarks>
/// Uses the same formulas as TorchSharp's optimizers, operation by operation. Those cannot be used: they create a <see cref="Scalar"/> for
/// each number in each step and do not keep it alive while libtorch reads it. The garbage collector may free it too early; the step then
/// uses a wrong number or fails with "Unknown scalar type" (seen in tests on a busy machine).
/// </remarks>
/// <param name="parameter">The parameter.</param>
/// <param name="weightDecay">Weight decay as a term of the gradient.</param>
internal abstract class ParameterUpdate(Parameter parameter, double weightDecay) : IDisposable
{
    private readonly Scalar _weightDecay = weightDecay.ToScalar();

    /// <summary>The parameter.</summary>
    protected Parameter Parameter => parameter;

    /// <summary>The state of each number: the velocity, or Adam's mean. Null if there is none.</summary>
    public abstract Tensor? Mean { get; }

    /// <summary>Adam's mean square of each number; null if there is none.</summary>
    public virtual Tensor? MeanSquare => null;

    /// <summary>Makes one step with the parameter's gradient; does nothing if the network does not use the parameter.</summary>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="step">The number of the step; the first is 1.</param>
    public void Step(double learningRate, long step)
    {
        if (parameter.grad is { } gradient)
        {
            ApplyGradient(weightDecay == 0 ? gradient : gradient.add(parameter, _weightDecay), learningRate, step);
        }
    }

    /// <summary>Resets the state of weights that are dropped, and initialises the state of weights that are grown.</summary>
    /// <param name="dropped">True where a kept weight is dropped.</param>
    /// <param name="grown">True where a pruned weight is grown.</param>
    /// <param name="mask">1 where a weight was kept before.</param>
    public abstract void Move(Tensor dropped, Tensor grown, Tensor mask);

    public virtual void Dispose() => _weightDecay.Dispose();

    /// <param name="gradient">The gradient, weight decay included.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="step">The number of the step; the first is 1.</param>
    protected abstract void ApplyGradient(Tensor gradient, double learningRate, long step);
}
