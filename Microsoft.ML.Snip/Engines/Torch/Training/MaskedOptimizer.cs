using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Training;

/// <summary>
/// An optimizer for the kept connections only. A pruned weight and its optimizer state are exactly 0 after every step: both start at 0 and
/// the weight's gradient is set to 0 before each step, so that weight decay and momentum have no effect on it.
/// </summary>
internal sealed class MaskedOptimizer : IDisposable
{
    private readonly Parameter[] _parameters;
    private readonly ParameterUpdate[] _updates;
    private readonly MaskedParameter[] _masked;

    /// <param name="network">The network; its pruned weights are set to 0.</param>
    /// <param name="mask">The kept connections; parameters that are not in the mask are trained completely.</param>
    /// <param name="kind">The optimization algorithm.</param>
    /// <param name="momentum">Momentum (Adam's beta 1), in [0, 1).</param>
    /// <param name="weightDecay">Weight decay as a term of the gradient, on every trained parameter.</param>
    public MaskedOptimizer(nn.Module network, PruningMask mask, TrainingOptimizer kind, double momentum, double weightDecay)
    {
        mask.ApplyTo(network);
        _parameters = [.. network.parameters()];
        _updates = Array.ConvertAll(_parameters, parameter => kind switch
        {
            TrainingOptimizer.Sgd => (ParameterUpdate)new SgdUpdate(parameter, momentum, weightDecay),
            TrainingOptimizer.Adam => new AdamUpdate(parameter, momentum, weightDecay),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown optimizer."),
        });
        Dictionary<IntPtr, ParameterUpdate> updates = _parameters.Zip(_updates).ToDictionary(
            pair => pair.First.Handle, pair => pair.Second);
        _masked = [.. mask.BindTo(network).Select(
            bound => new MaskedParameter(bound.Name, bound.Parameter, bound.Mask, updates[bound.Parameter.Handle]))];
    }

    /// <summary>The currently kept connections.</summary>
    public PruningMask ReadMask() => PruningMask.FromTensors(_masked.Select(entry => (entry.Name, entry.Mask)));

    /// <summary>Drops and grows connections: dropped ones are 0 from now on, grown ones start from 0.</summary>
    /// <param name="evolution">Chooses the connections.</param>
    /// <param name="fraction">The fraction of each parameter's kept connections to replace.</param>
    public void UpdateMask(SparseEvolution evolution, double fraction)
    {
        using IDisposable noGradients = no_grad();
        foreach (MaskedParameter masked in _masked)
        {
            using DisposeScope scope = NewDisposeScope();
            if (evolution.Choose(masked.Parameter, masked.Mask, fraction) is var (dropped, grown))
            {
                masked.Move(dropped, grown);
            }
        }
    }

    /// <summary>Makes one step with the parameters' gradients, then sets the gradients to 0.</summary>
    public void Step(double learningRate)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        foreach (MaskedParameter masked in _masked)
        {
            masked.Parameter.grad?.mul_(masked.Mask); // Null if the network does not use the parameter.
        }

        foreach (ParameterUpdate update in _updates)
        {
            update.Step(learningRate);
        }

        foreach (Parameter parameter in _parameters)
        {
            parameter.grad?.zero_();
        }
    }

    public void Dispose()
    {
        foreach (ParameterUpdate update in _updates)
        {
            update.Dispose();
        }

        foreach (MaskedParameter masked in _masked)
        {
            masked.Dispose();
        }
    }
}
