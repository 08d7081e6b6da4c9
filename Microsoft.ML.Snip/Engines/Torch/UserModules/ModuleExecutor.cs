using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Engines.Torch.Runtime;
using Microsoft.ML.Snip.Sparse;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.UserModules;

/// <summary>
/// Predicts by a module of the user's own, through TorchSharp: the one thing at prediction time that needs it. Only what has registered or
/// given a factory gets here. One batch at a time, as a module's own code need not be safe for several threads. Where libtorch's
/// convolutions are wrong, oneDNN is off while a batch is predicted.
/// </summary>
internal sealed class ModuleExecutor : INetworkExecutor
{
    private readonly nn.Module<Tensor, Tensor> _module;
    private readonly NetworkDefinition _definition;
    private readonly Lock _lock = new();

    /// <param name="factory">Makes the module.</param>
    /// <param name="network">What it was trained to.</param>
    /// <exception cref="InvalidOperationException">
    /// The factory makes nothing, or another module than the network was trained with.
    /// </exception>
    public ModuleExecutor(ModuleFactory factory, SparseNetwork network)
    {
        TorchRuntime.EnsureLoaded();
        _definition = network.Definition;
        using TorchState state = TorchState.EnterWithDefaults();
        using DisposeScope scope = NewDisposeScope();
        using (new GlobalGenerator())
        {
            _module = factory(_definition.InputShape, _definition.ClassCount) ?? throw new InvalidOperationException(
                $"The factory of the module '{_definition.Module!.RegisteredName}' gave null; it must make the module that the model was trained with.");
        }

        ModuleState.Load(_module, network);
        // The executor, with all that its module keeps, outlives a scope that it happens to be made in.
        scope.Detach(scope.DisposablesView);
        _module.eval();
    }

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
