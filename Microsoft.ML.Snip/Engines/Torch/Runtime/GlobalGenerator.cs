using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Runtime;

/// <summary>
/// Preserves the state of torch's process-wide generator, from which modules draw when they are created, and custom modules also in
/// dropout. With a seed the draws are repeatable. On disposal the generator's previous state is restored, so that other code is not
/// affected.
/// </summary>
internal sealed class GlobalGenerator : IDisposable
{
    private Tensor? _state = get_rng_state().DetachFromDisposeScope();

    /// <param name="seed">The seed to use until disposal; null to continue from the current state.</param>
    public GlobalGenerator(long? seed = null)
    {
        if (seed is { } value)
        {
            manual_seed(value);
        }
    }

    public void Dispose()
    {
        if (_state is not null)
        {
            set_rng_state(_state);
            _state.Dispose();
            _state = null;
        }
    }
}
