using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Training;

/// <summary>
/// Which connections change places while a network trains, as many being kept as before: of each parameter the smallest weights go, and as
/// many connections come at random (sparse evolutionary training: Mocanu et al., "Scalable training of artificial neural networks with
/// adaptive sparse connectivity inspired by network science", Nature Communications 2018).
/// </summary>
/// <param name="seed">Where connections that come are drawn from.</param>
internal sealed class SparseEvolution(int seed) : IDisposable
{
    private readonly Generator _generator = new((ulong)seed, CPU);

    /// <summary>Chooses as many kept connections to drop as cut ones to grow.</summary>
    /// <param name="weights">A parameter's weights, 0 where cut.</param>
    /// <param name="mask">1 where a weight is kept, 0 where it is cut; of the weights' shape.</param>
    /// <param name="fraction">The share of the kept connections to move, rounded down; no more than there are cut ones.</param>
    /// <returns>Both true where a connection changes, of the weights' shape; null if nothing moves.</returns>
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
