using Microsoft.ML.Snip.Engines.Managed.Plans;

namespace Microsoft.ML.Snip.Engines.Managed.Execution;

/// <summary>
/// How a batch is split: full blocks of images side by side, then the remaining images as one more such block, or as single images if that
/// costs less than a block with empty lanes.
/// </summary>
internal readonly struct BatchLayout
{
    private readonly Plan _single;
    private readonly Plan _several;
    private readonly int _count;
    private readonly int _blockSize;
    private readonly int _blocks;

    /// <param name="single">The plan for single images.</param>
    /// <param name="several">The plan for images side by side.</param>
    /// <param name="width">The number of lanes of a vector.</param>
    /// <param name="count">The number of images in the batch.</param>
    /// <param name="threads">The number of threads; each should get a block.</param>
    public BatchLayout(Plan single, Plan several, int width, int count, int threads)
    {
        int share = (((count + threads - 1) / threads) + width - 1) / width * width;
        (_single, _several, _count, _blockSize) = (single, several, count, Math.Clamp(share, width, several.MaxLanes));
        int rest = count % _blockSize;
        double restCycles = (rest + width - 1) / width * several.Cycles;
        _blocks = (count / _blockSize) + (rest > 0 && restCycles < rest * single.Cycles ? 1 : 0);
        BlockCount = _blocks + Math.Max(0, count - (_blocks * _blockSize));
        Cycles = ((double)Math.Min(count, _blocks * _blockSize) / width * several.Cycles) + ((BlockCount - _blocks) * single.Cycles);
    }

    public int BlockCount { get; }

    /// <summary>The estimated number of processor cycles for the batch.</summary>
    public double Cycles { get; }

    public Block this[int index] => index < _blocks
        ? new Block(_several, index * _blockSize, Math.Min(_blockSize, _count - (index * _blockSize)))
        : new Block(_single, (_blocks * _blockSize) + index - _blocks, 1);
}
