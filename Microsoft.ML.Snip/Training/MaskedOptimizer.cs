using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Training;

/// <summary>
/// An optimizer of the kept connections alone. A cut weight is exactly 0 after every step, and so is what the optimizer remembers of it: it starts at 0
/// and its gradient is set to 0 before each step, so that weight decay and momentum have nothing to act on.
/// </summary>
internal sealed class MaskedOptimizer : IDisposable
{
    private const double SquareDecay = 0.999;

    private readonly optim.Optimizer _optimizer;
    private readonly (Parameter Parameter, Tensor Mask)[] _masked;

    /// <param name="network">The network; its cut weights are set to 0.</param>
    /// <param name="mask">Which connections are kept; parameters that it does not name are trained whole.</param>
    /// <param name="kind">How gradients become steps.</param>
    /// <param name="momentum">Momentum (Adam's beta 1), in [0, 1).</param>
    /// <param name="weightDecay">Weight decay as a term of the gradient, on every trained parameter.</param>
    public MaskedOptimizer(nn.Module network, PruningMask mask, TrainingOptimizer kind, double momentum, double weightDecay)
    {
        mask.ApplyTo(network);
        _masked = [.. mask.BindTo(network).Select(bound => (bound.Parameter, bound.Mask.DetachFromDisposeScope()))];
        _optimizer = kind switch
        {
            TrainingOptimizer.Sgd => optim.SGD(network.parameters(), learningRate: 0, momentum: momentum, weight_decay: weightDecay),
            TrainingOptimizer.Adam => optim.Adam(network.parameters(), lr: 0, beta1: momentum, beta2: SquareDecay, weight_decay: weightDecay),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such optimizer."),
        };
    }

    /// <summary>One step on the gradients that the parameters hold, then sets these to 0.</summary>
    public void Step(double learningRate)
    {
        using (no_grad())
        {
            foreach ((Parameter parameter, Tensor mask) in _masked)
            {
                parameter.grad?.mul_(mask); // None where the network does not use the parameter.
            }
        }

        foreach (optim.ILearningRateController group in _optimizer.ParamGroups)
        {
            group.LearningRate = learningRate;
        }

        _optimizer.step();
        _optimizer.zero_grad();
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        foreach ((_, Tensor mask) in _masked)
        {
            mask.Dispose();
        }
    }
}
