using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Training;

/// <summary>
/// Stochastic gradient descent with momentum on the kept connections alone. A cut weight is exactly 0 after every step, and so is its momentum: it
/// starts at 0 and its gradient is set to 0 before each step, so weight decay and momentum have nothing to act on.
/// </summary>
internal sealed class MaskedOptimizer : IDisposable
{
    private readonly optim.Optimizer _optimizer;
    private readonly (Parameter Parameter, Tensor Mask)[] _masked;

    /// <param name="network">The network; its cut weights are set to 0.</param>
    /// <param name="mask">Which connections are kept; parameters that it does not name are trained whole.</param>
    /// <param name="momentum">Momentum, in [0, 1).</param>
    /// <param name="weightDecay">Weight decay as a term of the gradient, on every trained parameter.</param>
    public MaskedOptimizer(nn.Module network, PruningMask mask, double momentum, double weightDecay)
    {
        mask.ApplyTo(network);
        _masked = [.. mask.BindTo(network).Select(bound => (bound.Parameter, bound.Mask.DetachFromDisposeScope()))];
        _optimizer = optim.SGD(network.parameters(), learningRate: 0, momentum: momentum, weight_decay: weightDecay);
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
