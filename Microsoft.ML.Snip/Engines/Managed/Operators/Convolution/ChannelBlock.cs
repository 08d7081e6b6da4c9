using Microsoft.ML.Snip.Sparse.Layouts;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Convolution;

/// <summary>The kept weights of some neighbouring input channels, whose packed inputs fit a cache together.</summary>
/// <param name="First">The first input channel.</param>
/// <param name="Count">How many channels.</param>
/// <param name="Rows">
/// The outputs that have weights here and are not among the dense ones; the first block has all, because it starts their sums.
/// </param>
/// <param name="DenseRows">Outputs that keep nearly the same inputs, in fours.</param>
internal sealed record ChannelBlock(int First, int Count, SparseRows Rows, FourRows DenseRows);
