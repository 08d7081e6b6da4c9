using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Runtime;

/// <summary>
/// The time in which a fit uses torch: its native library is loaded, gradients are on and defaults are torch's own whatever the caller had
/// set, and tensors made in it are freed when it ends.
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

    /// <summary>Starts it.</summary>
    /// <param name="log">Told how the native library was found, where that is of interest.</param>
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
