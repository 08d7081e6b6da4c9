using Microsoft.ML.Snip.Networks.Layers;
using TorchSharp;

namespace Microsoft.ML.Snip.Engines.Torch.Runtime;

/// <summary>
/// Sets torch's number of threads for as long as training lasts. Small networks train on one: their batches end so soon that threads which
/// wait for each other gain nothing, and cost up to thirty-fold when a core is taken by something else.
/// </summary>
internal sealed class TorchThreads : IDisposable
{
    /// <summary>Multiply-adds of one batch, forward, from which more than one thread is worth it.</summary>
    private const long MultiplyAddsForThreads = 1_000_000_000;

    private readonly int _before;

    public TorchThreads(int threads)
    {
        _before = torch.get_num_threads();
        torch.set_num_threads(threads);
    }

    /// <summary>How many threads to train with: a rule on the network's work alone, so that a fit repeats; never a timing.</summary>
    /// <param name="network">The network.</param>
    /// <param name="batchSize">Images in a batch.</param>
    public static int Choose(NetworkDefinition network, int batchSize)
    {
        double multiplyAdds = network.Parameters.Where(parameter => parameter.Role == ParameterRole.Weight)
            .Sum(parameter => (double)parameter.Count * parameter.OutputPositions) * batchSize;
        return multiplyAdds < MultiplyAddsForThreads ? 1 : Environment.ProcessorCount;
    }

    public void Dispose() => torch.set_num_threads(_before);
}
