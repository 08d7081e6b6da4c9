using Microsoft.ML.Snip.Networks.Layers;
using TorchSharp;

namespace Microsoft.ML.Snip.Engines.Torch.Runtime;

/// <summary>
/// Sets torch's number of threads during training. Small networks train on one thread: their batches are so short that several threads gain
/// nothing from waiting for each other, and are up to thirty times slower if another program uses a core.
/// </summary>
internal sealed class TorchThreads : IDisposable
{
    /// <summary>The number of multiply-adds in the forward pass of a batch from which several threads are used.</summary>
    private const long MultiplyAddsForThreads = 1_000_000_000;

    private readonly int _before;

    public TorchThreads(int threads)
    {
        _before = torch.get_num_threads();
        torch.set_num_threads(threads);
    }

    /// <summary>
    /// The number of threads to train with. It depends on the network's work and the number of cores, never on measured times, so that a
    /// fit is repeatable.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="batchSize">The number of images in a batch.</param>
    public static int Choose(NetworkDefinition network, int batchSize)
    {
        double multiplyAdds = network.Parameters.Where(parameter => parameter.Role == ParameterRole.Weight)
            .Sum(parameter => (double)parameter.Count * parameter.OutputPositions) * batchSize;
        return multiplyAdds < MultiplyAddsForThreads ? 1 : Environment.ProcessorCount;
    }

    public void Dispose() => torch.set_num_threads(_before);
}
