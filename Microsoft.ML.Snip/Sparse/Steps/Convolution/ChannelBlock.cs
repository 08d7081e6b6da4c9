using Microsoft.ML.Snip.Sparse.Kernels;

namespace Microsoft.ML.Snip.Sparse.Steps.Convolution;

/// <summary>The kept weights of some neighbouring input channels, whose packed inputs fit a cache together.</summary>
/// <param name="First">The first input channel.</param>
/// <param name="Count">How many channels.</param>
/// <param name="Rows">The outputs that have weights here; in the first block all outputs, because it starts their sums.</param>
internal sealed record ChannelBlock(int First, int Count, SparseRows Rows);
