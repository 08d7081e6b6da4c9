using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Pruning.Criteria;

/// <summary>
/// Saves the state of a module that scoring changes (training flags, gradients, requires_grad, running statistics) and restores it when
/// disposed.
/// </summary>
internal sealed class ModuleStateGuard : IDisposable
{
    private readonly List<(nn.Module Module, bool Training)> _modules;
    private readonly List<(Parameter Parameter, bool RequiresGradient, Tensor? Gradient)> _parameters;
    private readonly List<(Tensor Buffer, Tensor Copy)> _statistics = [];

    public ModuleStateGuard(nn.Module network)
    {
        _modules = [.. ModuleTree.Flatten(network).Select(module => (module, module.training))];
        _parameters = [.. network.parameters().Select(
            parameter => (parameter, parameter.requires_grad, parameter.grad?.DetachFromDisposeScope()))];
    }

    /// <summary>Removes all gradients and enables gradients for the given parameters only.</summary>
    public void CollectGradientsOf(IEnumerable<Parameter> wanted)
    {
        HashSet<IntPtr> handles = [.. wanted.Select(parameter => parameter.Handle)];
        foreach ((Parameter parameter, _, _) in _parameters)
        {
            parameter.grad = null;
            SetRequiresGradient(parameter, handles.Contains(parameter.Handle));
        }
    }

    /// <summary>
    /// Sets all modules to evaluation mode, except batch norms if <paramref name="batchStatistics"/> is true, and recurrent layers on a
    /// GPU, whose backward pass cuDNN supports only in training mode.
    /// </summary>
    public void Evaluate(bool batchStatistics)
    {
        _modules[0].Module.eval();
        foreach ((nn.Module module, _) in _modules)
        {
            if (module is LSTM or GRU or RNN && module.parameters().Any(parameter => parameter.is_cuda))
            {
                module.train();
            }
            else if (batchStatistics && module is NormBase)
            {
                _statistics.AddRange(module.buffers().Select(buffer => (buffer, buffer.clone().DetachFromDisposeScope())));
                module.train();
            }
        }
    }

    public void Dispose()
    {
        // train() changes all descendants too; they follow in this order, so their flags are restored afterwards.
        foreach ((nn.Module module, bool training) in _modules)
        {
            if (module.training != training)
            {
                module.train(training);
            }
        }

        foreach ((Parameter parameter, bool requiresGradient, Tensor? gradient) in _parameters)
        {
            parameter.grad = gradient;
            gradient?.Dispose();
            SetRequiresGradient(parameter, requiresGradient);
        }

        using (no_grad())
        {
            foreach ((Tensor buffer, Tensor copy) in _statistics)
            {
                buffer.copy_(copy);
                copy.Dispose();
            }
        }
    }

    private static void SetRequiresGradient(Parameter parameter, bool value)
    {
        if (parameter.requires_grad != value)
        {
            parameter.requires_grad = value;
        }
    }
}
