using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Training;

/// <summary>How one parameter follows its gradient, and what is remembered of its gradients from step to step.</summary>
/// <remarks>
/// The same formulas as TorchSharp's optimizers, operation by operation, which cannot be used: these make a <see cref="Scalar"/> for each
/// number of each step and do not keep it alive while libtorch reads it. The garbage collector then may free it too early, and a step is
/// made with another number or fails with "Unknown scalar type" (seen in tests on a busy machine).
/// </remarks>
/// <param name="parameter">The parameter.</param>
/// <param name="weightDecay">Weight decay as a term of the gradient.</param>
internal abstract class ParameterUpdate(Parameter parameter, double weightDecay) : IDisposable
{
    private readonly Scalar _weightDecay = weightDecay.ToScalar();

    /// <summary>The parameter.</summary>
    protected Parameter Parameter => parameter;

    /// <summary>One step along the gradient that the parameter holds; nothing where the network does not use the parameter.</summary>
    public void Step(double learningRate)
    {
        if (parameter.grad is { } gradient)
        {
            Follow(weightDecay == 0 ? gradient : gradient.add(parameter, _weightDecay), learningRate);
        }
    }

    /// <summary>Forgets the weights that are cut from now on, and makes a start for those that take their place.</summary>
    /// <param name="dropped">True where a kept weight is cut.</param>
    /// <param name="grown">True where a cut weight is kept.</param>
    /// <param name="mask">1 where a weight was kept until now.</param>
    public abstract void Move(Tensor dropped, Tensor grown, Tensor mask);

    public virtual void Dispose() => _weightDecay.Dispose();

    /// <param name="gradient">The gradient, weight decay included.</param>
    /// <param name="learningRate">The learning rate.</param>
    protected abstract void Follow(Tensor gradient, double learningRate);
}
