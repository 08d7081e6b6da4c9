using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Training;

/// <summary>
/// Which connections change places while a network trains, as many being kept as before (sparse evolutionary training: Mocanu et al., "Scalable training of
/// artificial neural networks with adaptive sparse connectivity inspired by network science", Nature Communications 2018): of each layer the smallest weights
/// go, and as many connections come at random. The share that moves falls along half a cosine to 0, and the last steps train what has been found.
/// </summary>
/// <param name="fraction">The share of a layer's kept connections that moves at first, in (0, 1).</param>
/// <param name="interval">Steps from one move to the next.</param>
/// <param name="stepCount">Steps of the whole training.</param>
/// <param name="seed">Where connections that come are drawn from.</param>
internal sealed class Rewiring(double fraction, int interval, long stepCount, int seed) : IDisposable
{
    /// <summary>The share of the steps after which the mask stays.</summary>
    private const double End = 0.9;

    private readonly Generator _generator = new((ulong)seed, CPU);

    /// <summary>The share of connections to move after a step, the first step being 1; 0 after most steps.</summary>
    public double FractionAfter(long step)
    {
        double done = step / (End * stepCount);
        return step % interval == 0 && done < 1 ? fraction * 0.5 * (1 + Math.Cos(Math.PI * done)) : 0;
    }

    /// <summary>Chooses as many kept connections to drop as cut ones to grow.</summary>
    /// <param name="weights">A layer's weights, 0 where cut.</param>
    /// <param name="mask">1 where a weight is kept, 0 where it is cut; of the weights' shape.</param>
    /// <param name="share">The share of the kept connections to move, rounded down; no more than there are cut ones.</param>
    /// <returns>Indices into the flattened weights; both empty where nothing can move.</returns>
    public (Tensor Dropped, Tensor Grown) Choose(Tensor weights, Tensor mask, double share)
    {
        Tensor kept = mask.flatten().ne(0);
        long keptCount = kept.sum().item<long>();
        int moved = (int)Math.Min(share * keptCount, kept.numel() - keptCount);
        Tensor sizes = weights.flatten().abs().masked_fill(kept.logical_not(), double.PositiveInfinity);
        Tensor luck = rand(kept.shape, device: CPU, generator: _generator).to(kept.device).masked_fill(kept, -1);
        return (sizes.topk(moved, largest: false).indexes, luck.topk(moved).indexes);
    }

    public void Dispose() => _generator.Dispose();
}
