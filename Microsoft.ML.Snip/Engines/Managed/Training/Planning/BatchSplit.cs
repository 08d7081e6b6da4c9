using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Planning;

/// <summary>
/// How a batch is split: into blocks of images that are processed side by side, and the blocks into parts, which several threads may
/// compute. The split depends on the network and the batch only, so that sums are made in the same order with any number of threads.
/// </summary>
internal sealed class BatchSplit
{
    /// <summary>The largest number of parts; each has gradients of its own.</summary>
    private const int LargestPartCount = 8;

    /// <summary>The number of vectors of images that a recurrent network takes at a time.</summary>
    private const int VectorsOfRecurrent = 4;

    private readonly int _width;
    private readonly Func<int, int> _fit;

    private BatchSplit(int width, int maxLanes, Func<int, int> fit, int largestBatch)
    {
        (_width, MaxLanes, _fit) = (width, maxLanes, fit);
        MaxImages = largestBatch;
        MaxBlocks = CountBlocks(largestBatch);
        MaxParts = CountParts(MaxBlocks);
        MaxLanes = Math.Min(MaxLanes, LanesFor(Math.Min(largestBatch, MaxLanes)));
    }

    /// <summary>The largest number of images side by side.</summary>
    public int MaxLanes { get; }

    /// <summary>The largest number of images of a batch.</summary>
    public int MaxImages { get; }

    /// <summary>The largest number of blocks.</summary>
    public int MaxBlocks { get; }

    /// <summary>The largest number of parts.</summary>
    public int MaxParts { get; }

    /// <summary>
    /// Networks with maps take one vector of images at a time, so that every pixel is a vector; recurrent ones four, so that what all steps
    /// keep stays in a cache and a batch has blocks to share; others as many as a tile holds, so that each weight is used for all of them.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="largestBatch">The largest number of images of a batch.</param>
    public static BatchSplit Of<TSimd, TVector>(NetworkDefinition network, int largestBatch)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        bool hasMaps = network.Layers.Any(layer => layer is Conv2d or MaxPool or AvgPool or GlobalAveragePool);
        bool isRecurrent = network.Layers.Any(layer => layer is RecurrentLayer);
        int vectors = isRecurrent ? VectorsOfRecurrent : TileKernels<TSimd, TVector>.Largest;
        return hasMaps
            ? new BatchSplit(TSimd.Width, TSimd.Width, _ => 1, largestBatch)
            : new BatchSplit(TSimd.Width, vectors * TSimd.Width, TileKernels<TSimd, TVector>.Fit, largestBatch);
    }

    public int CountBlocks(int images) => (images + MaxLanes - 1) / MaxLanes;

    public static int CountParts(int blocks) => Math.Min(blocks, LargestPartCount);

    /// <summary>The first image, or block, of one of several about equal shares of so many.</summary>
    public static int StartOf(int share, int shares, int count) => (int)((long)count * share / shares);

    /// <summary>The lanes for some images: those of the smallest tile that holds them.</summary>
    public int LanesFor(int images) => _fit((images + _width - 1) / _width) * _width;
}
