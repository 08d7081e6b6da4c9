using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Runtime;

/// <summary>
/// Lets modules draw from torch's process-wide generator, which they do when they are made and in dropouts of foreign ones: repeatably if a
/// seed is given, and without a trace for the code around. On disposal the generator goes on where it stood.
/// </summary>
internal sealed class GlobalGenerator : IDisposable
{
    private Tensor? _state = get_rng_state().DetachFromDisposeScope();

    /// <param name="seed">What it draws from meanwhile; null to leave it where it stands.</param>
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
