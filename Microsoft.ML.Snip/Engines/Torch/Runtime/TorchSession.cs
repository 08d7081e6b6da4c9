using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Runtime;

/// <summary>
/// The scope in which a fit uses torch. The native library is loaded, gradients are enabled and torch's defaults apply, whatever the caller
/// has set. Tensors created in the scope are freed when it ends.
/// </summary>
internal sealed class TorchSession : IDisposable
{
    private readonly TorchState _state;
    private readonly DisposeScope _scope;

    private TorchSession()
    {
        _state = TorchState.EnterWithDefaults();
        _scope = NewDisposeScope();
    }

    /// <summary>Starts a session.</summary>
    /// <param name="log">Receives a message if the native library had to be edited before it was loaded.</param>
    /// <exception cref="InvalidOperationException">The native library cannot be loaded.</exception>
    public static TorchSession Start(Action<string> log)
    {
        TorchRuntime.EnsureLoaded(log);
        return new TorchSession();
    }

    public void Dispose()
    {
        _scope.Dispose();
        _state.Dispose();
    }
}
