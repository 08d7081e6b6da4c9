using Microsoft.ML.Snip.Engines.Torch.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Training;

/// <summary>Stochastic gradient descent: v = momentum * v + g, w = w - learning rate * v.</summary>
/// <param name="parameter">The parameter.</param>
/// <param name="momentum">Momentum, in [0, 1).</param>
/// <param name="weightDecay">Weight decay as a term of the gradient.</param>
internal sealed class SgdUpdate(Parameter parameter, double momentum, double weightDecay) : ParameterUpdate(parameter, weightDecay)
{
    private readonly Scalar _momentum = momentum.ToScalar();

    /// <summary>v; null before the first step.</summary>
    private Tensor? _velocity;

    public override void Move(Tensor dropped, Tensor grown, Tensor mask)
    {
        using Scalar zero = 0.ToScalar();
        _velocity?.masked_fill_(dropped, zero);
    }

    public override void Dispose()
    {
        base.Dispose();
        _momentum.Dispose();
        _velocity?.Dispose();
    }

    protected override void ApplyGradient(Tensor gradient, double learningRate)
    {
        using Scalar rate = (-learningRate).ToScalar();
        if (momentum != 0)
        {
            _velocity = _velocity is null ? gradient.clone().DetachFromDisposeScope() : _velocity.mul_(_momentum).Increase(gradient);
        }

        Parameter.add_(_velocity ?? gradient, rate);
    }
}
