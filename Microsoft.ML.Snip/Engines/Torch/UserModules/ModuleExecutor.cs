using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Engines.Torch.Runtime;
using Microsoft.ML.Snip.Sparse;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.UserModules;

/// <summary>
/// Predicts with a custom module through TorchSharp; it is the only executor that needs TorchSharp. It is used only if a factory was
/// registered or passed to the fit. It runs one batch at a time, because a module's code may not be safe for several threads. Where
/// libtorch's convolutions are wrong, oneDNN is switched off during prediction.
/// </summary>
internal sealed class ModuleExecutor : INetworkExecutor
{
    private readonly nn.Module<Tensor, Tensor> _module;
    private readonly NetworkDefinition _definition;
    private readonly Lock _lock = new();

    /// <param name="factory">Makes the module.</param>
    /// <param name="network">The trained parameters.</param>
    /// <exception cref="InvalidOperationException">The factory returns null, or another module than the one that was trained.</exception>
    public ModuleExecutor(ModuleFactory factory, SparseNetwork network)
    {
        TorchRuntime.EnsureLoaded();
        _definition = network.Definition;
        using TorchState state = TorchState.EnterWithDefaults();
        using DisposeScope scope = NewDisposeScope();
        using (new GlobalGenerator())
        {
            _module = factory(_definition.InputShape, _definition.ClassCount) ?? throw new InvalidOperationException(
                $"The factory of the module '{_definition.Module!.RegisteredName}' returned null; it must create the module that the model "
                + "was trained with.");
        }

        ModuleState.Load(_module, network);
        // The executor and its module's tensors must outlive a dispose scope in which the executor is created.
        scope.Detach(scope.DisposablesView);
        _module.eval();
    }

    /// <summary>Not used: torch's own number of threads counts.</summary>
    public int MaxThreads { get; set; } = 1;

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<float> images, int count, Span<float> output)
    {
        if (count == 0)
        {
            return;
        }

        ImageShape shape = _definition.InputShape;
        lock (_lock)
        {
            using TorchState state = TorchState.EnterWithDefaults();
            using DisposeScope scope = NewDisposeScope();
            using IDisposable inference = inference_mode();
            using IDisposable? oneDnnOff = ConvolutionCheck.SwitchOneDnnOffWhereWrong();
            Tensor logits = _module.call(tensor(images.ToArray(), [count, shape.Channels, shape.Height, shape.Width]));
            logits.softmax(1).contiguous().data<float>().CopyTo(output);
        }
    }
}
