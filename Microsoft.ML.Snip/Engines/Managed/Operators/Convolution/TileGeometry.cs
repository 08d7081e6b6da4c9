using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Kernels;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Convolution;

/// <summary>
/// How a convolution's output is cut into tiles, and how the inputs of a tile are packed: copied, zeros around the map included, into
/// memory that fits the caches, where each kernel position (tap) of each channel has one fixed place, its element, whatever stride and
/// padding are.
/// </summary>
internal abstract unsafe class TileGeometry(Conv2d layer, TensorShape input, TensorShape output)
{
    /// <summary>Tiles of one image, or of one vector of images.</summary>
    public abstract int TileCount { get; }

    /// <summary>Vectors of a tile.</summary>
    public abstract int Vectors { get; }

    /// <summary>Floats that one channel's packed inputs take.</summary>
    public abstract int ChannelLength { get; }

    /// <summary>About how many cycles it takes to pack one channel of one tile.</summary>
    public abstract double PackCycles { get; }

    protected Conv2d Layer => layer;

    protected TensorShape Input => input;

    protected TensorShape Output => output;

    /// <summary>Floats from the start of a channel's packed inputs to those of the kernel's row u and column v.</summary>
    public abstract int TapOffset(int u, int v);

    /// <summary>Sets the distances between a tile's runs.</summary>
    public abstract void SetRuns(ref TileArguments arguments);

    /// <summary>
    /// Called once on the geometry that was chosen from several, before anything is packed: what takes memory is made here.
    /// </summary>
    public virtual void Choose()
    {
    }

    /// <summary>Makes memory ready for packing into it again and again: zeros where packing writes nothing.</summary>
    public abstract void Prepare(float* packed, int length);

    /// <summary>Packs the inputs of one tile from channels [first, first + count) of a map.</summary>
    public abstract void Pack(float* map, int tile, int first, int count, float* packed);

    /// <summary>
    /// Writes one channel of a finished tile to its place in the output: y = max(floor, tile + residual), the residual map being optional.
    /// </summary>
    public abstract void Unpack(float* values, int tile, float* channel, float* residual, float floor);
}
