using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Compaction;

/// <summary>
/// Makes a smaller network from a trained masked one, with the same function in prediction: without dropout, groups and dilation, with
/// batch norms folded into neighbouring layers where that is exact, and without the units and channels that have no inputs or no readers.
/// The input and the classes do not change.
/// </summary>
internal static class Compactor
{
    /// <param name="masked">The trained network: its kept weights, its biases and batch-norm parameters.</param>
    /// <returns>A network whose outputs differ from those of <paramref name="masked"/> only by rounding.</returns>
    public static SparseNetwork Compact(SparseNetwork masked)
    {
        var draft = new NetworkDraft(masked);
        IdentityRemoval.Run(draft);
        ConvolutionExpansion.Run(draft);
        BatchNormFolding.Run(draft);
        SparseNetwork network = draft.ToNetwork();

        var constants = new ConstantPropagation(network);
        var reads = new ChannelLiveness(network, constants);
        var kept = new CoupledChannels(network.Definition, reads);
        return new ChannelRewriter(network, constants, reads, kept).Run();
    }
}
