using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Pruning.Criteria;

/// <summary>
/// Remembers what scoring changes in a module (training flags, gradients, requires_grad, running statistics) and puts all of it back when
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

    /// <summary>Takes all gradients away and lets only the given parameters collect new ones.</summary>
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
    /// Puts all modules into evaluation mode, but for batch norms if <paramref name="batchStatistics"/>, and but for recurrent layers on a
    /// GPU, whose backward pass cuDNN runs in training mode only.
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
        // train() reaches all descendants, which follow in this order and get their own flags back.
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
