using Microsoft.ML.Snip.Training;
using Microsoft.ML.Snip.Engines.Torch.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Training;

/// <summary>
/// Stochastic gradient descent: v = momentum * v + g, w = w - learning rate * v; with Nesterov's momentum w = w - learning rate * (g +
/// momentum * v).
/// </summary>
/// <param name="parameter">The parameter.</param>
/// <param name="settings">The momentum and the weight decay, a term of the gradient.</param>
internal sealed class SgdUpdate(Parameter parameter, TrainingSettings settings) : ParameterUpdate(parameter, settings.WeightDecay)
{
    private readonly Scalar _momentum = settings.Momentum.ToScalar();

    /// <summary>v; null without momentum.</summary>
    private readonly Tensor? _velocity = settings.Momentum == 0 ? null : ZerosLike(parameter);

    public override Tensor? Mean => _velocity;

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

    protected override void ApplyGradient(Tensor gradient, double learningRate, long step)
    {
        using Scalar rate = (-learningRate).ToScalar();
        Tensor direction = gradient;
        if (_velocity is not null)
        {
            _velocity.mul_(_momentum).Increase(gradient);
            direction = settings.Nesterov ? gradient.add(_velocity, _momentum) : _velocity;
        }

        Parameter.add_(direction, rate);
    }

    private static Tensor ZerosLike(Parameter parameter)
    {
        using IDisposable noGradients = no_grad();
        return zeros_like(parameter).DetachFromDisposeScope();
    }
}
