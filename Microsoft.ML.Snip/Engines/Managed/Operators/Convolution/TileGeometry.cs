using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Convolution;

/// <summary>The rows of a kernel from the first to the last, inclusive.</summary>
internal readonly record struct KernelRows(int First, int Last)
{
    public int Count => Math.Max(0, Last - First + 1);
}

/// <summary>
/// How a convolution's output is split into tiles, and how the inputs of a tile are packed: they are copied, with the zeros of the padding,
/// into memory that fits into the caches. There each kernel position (tap) of each channel has a fixed offset, its element, for any stride
/// and padding.
/// </summary>
internal abstract unsafe class TileGeometry(Conv2d layer, TensorShape input, TensorShape output)
{
    /// <summary>The number of tiles of one image, or of one vector of images.</summary>
    public abstract int TileCount { get; }

    /// <summary>The number of vectors in a tile.</summary>
    public abstract int Vectors { get; }

    /// <summary>The length of one channel's packed inputs in floats.</summary>
    public abstract int ChannelLength { get; }

    /// <summary>The estimated number of cycles to pack one channel of one tile.</summary>
    public abstract double PackCycles { get; }

    protected Conv2d Layer => layer;

    protected TensorShape Input => input;

    protected TensorShape Output => output;

    /// <summary>The offset, in floats, of the inputs of the kernel's row u and column v in a channel's packed inputs.</summary>
    public abstract int TapOffset(int u, int v);

    /// <summary>
    /// The first and the last row of the kernel that meet the map in a tile; what the other rows meet is padding, and so 0. For example,
    /// the first row of the kernel meets only padding in the tiles at the upper border, if there is a padding of 1 and a tile is one row.
    /// </summary>
    public virtual KernelRows RowsThatMeet(int tile) => new(0, Layer.KernelHeight - 1);

    /// <summary>How many bytes behind run 0 of a tile its runs 1, 2 and 3 start.</summary>
    public abstract (nint Run1, nint Run2, nint Run3) Runs { get; }

    /// <summary>Called once on the chosen geometry, before anything is packed. Data that take memory are created here.</summary>
    public virtual void Choose()
    {
    }

    /// <summary>Prepares memory for repeated packing: sets the values to 0 that packing does not write.</summary>
    public abstract void Prepare(float* packed, int length);

    /// <summary>Packs the inputs of one tile from some channels of a map.</summary>
    public abstract void Pack(float* map, int tile, int[] channels, float* packed);

    /// <summary>Writes one channel of a finished tile to the output: y = max(floor, tile + residual); the residual is optional.</summary>
    public abstract void Unpack(float* values, int tile, float* channel, float* residual, float floor);

    /// <summary>
    /// Reads one channel of a tile from an output map; 0 where the tile reaches beyond the map, and where it overlaps an earlier tile.
    /// </summary>
    public abstract void Gather(float* channel, int tile, float* values);

    /// <summary>
    /// The memory for packing this many channels, in floats: packing may write up to one vector beyond the end of the packed values.
    /// </summary>
    public int PackedLength(int channels) => (checked((channels * ChannelLength) + 15) / 16 * 16) + 16;
}
