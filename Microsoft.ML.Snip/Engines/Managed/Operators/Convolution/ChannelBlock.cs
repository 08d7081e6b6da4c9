using Microsoft.ML.Snip.Sparse.Layouts;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Convolution;

/// <summary>The kept weights of some input channels whose packed inputs fit into a cache together.</summary>
/// <param name="Channels">The channels, in the order in which they are packed; only channels with a kept weight.</param>
/// <param name="FirstSlot">
/// The first slot of its weights among those of all blocks; the slots of Rows come before those of DenseRows.
/// </param>
/// <param name="Rows">
/// The outputs with weights in this block that are not in DenseRows. In the first block, all outputs are in one of the two, because it
/// starts their sums.
/// </param>
/// <param name="DenseRows">Groups of four outputs that keep nearly the same inputs.</param>
internal sealed record ChannelBlock(int[] Channels, int FirstSlot, SparseRows Rows, FourRows DenseRows)
{
    /// <summary>The first slot of the weights of <see cref="DenseRows"/>.</summary>
    public int FirstDenseSlot => FirstSlot + Rows.Numbers.Length;

    /// <summary>The slot after the block's last.</summary>
    public int EndSlot => FirstDenseSlot + DenseRows.Numbers.Length;
}
