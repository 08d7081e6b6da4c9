using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Training;

/// <summary>
/// Chooses the connections to drop and grow during training. The number of kept connections of each parameter does not change: the smallest
/// weights are dropped, and as many connections are grown at random (sparse evolutionary training: Mocanu et al., "Scalable training of
/// artificial neural networks with adaptive sparse connectivity inspired by network science", Nature Communications 2018).
/// </summary>
/// <param name="seed">The seed for the choice of the grown connections.</param>
internal sealed class SparseEvolution(int seed) : IDisposable
{
    private readonly Generator _generator = new((ulong)seed, CPU);

    /// <summary>Chooses kept connections to drop and the same number of pruned connections to grow.</summary>
    /// <param name="weights">A parameter's weights, 0 where pruned.</param>
    /// <param name="mask">1 where a weight is kept, 0 where it is pruned; of the weights' shape.</param>
    /// <param name="fraction">
    /// The fraction of the kept connections to replace; the number is rounded down, and is at most the number of pruned ones.
    /// </param>
    /// <returns>Tensors of the weights' shape, true where a connection is dropped or grown; null if none is.</returns>
    public (Tensor Dropped, Tensor Grown)? Choose(Tensor weights, Tensor mask, double fraction)
    {
        using Scalar zero = 0.ToScalar(), lowest = double.NegativeInfinity.ToScalar(), none = (-1).ToScalar();
        Tensor kept = mask.ne(zero);
        long keptCount = kept.sum().item<long>();
        int count = (int)Math.Min(fraction * keptCount, kept.numel() - keptCount);
        if (count == 0)
        {
            return null;
        }

        Tensor smallness = weights.abs().neg().masked_fill(kept.logical_not(), lowest);
        Tensor chances = rand(kept.shape, ScalarType.Float32, CPU, generator: _generator).to(kept.device).masked_fill(kept, none);
        return (MarkLargest(smallness, count), MarkLargest(chances, count));
    }

    public void Dispose() => _generator.Dispose();

    private static Tensor MarkLargest(Tensor values, int count)
    {
        using Scalar one = 1.ToScalar();
        Tensor marks = zeros(values.numel(), ScalarType.Bool, values.device);
        return marks.index_fill_(0, values.flatten().topk(count, sorted: false).indexes, one).view(values.shape);
    }
}
