using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Convolution;

/// <summary>The tiles of a convolution with the lowest estimated cost.</summary>
/// <param name="Geometry">The tiles.</param>
/// <param name="BlockSize">The number of input channels that are packed together.</param>
/// <param name="Cycles">The estimated number of cycles for one image, or one vector of images.</param>
internal sealed record TileChoice(TileGeometry Geometry, int BlockSize, double Cycles)
{
    /// <summary>The memory for the packed inputs of a block, in floats.</summary>
    public int PackedLength => Geometry.PackedLength(BlockSize);

    /// <summary>The floats of a tile of one channel.</summary>
    public int TileLength<TSimd, TVector>()
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => Geometry.Vectors * TSimd.Width;

    /// <param name="layer">A convolution in one group and without dilation.</param>
    /// <param name="input">The shape of its input.</param>
    /// <param name="output">The shape of its output.</param>
    /// <param name="weight">Its kept weights.</param>
    /// <param name="lanes">The number of images side by side.</param>
    /// <param name="maxVectors">The number of vectors that a tile may have.</param>
    public static TileChoice Find<TSimd, TVector>(
        Conv2d layer, TensorShape input, TensorShape output, SparsePattern weight, int lanes, int maxVectors = int.MaxValue)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TileChoice? best = null;
        int used = ChannelBlocks.FindUsed(weight, input.Channels).Length;
        foreach (TileGeometry geometry in Geometries<TSimd, TVector>(layer, input, output, lanes, maxVectors))
        {
            (int channels, double product) = ChannelBlocks.Choose(weight, input.Channels, geometry);
            double cycles = geometry.TileCount * (
                (product * TileRows.ShareOf(layer, geometry)) + (used * geometry.PackCycles)
                + (output.Channels * ((2 * geometry.Vectors) + 4)));
            if (best is null || cycles < best.Cycles)
            {
                best = new TileChoice(geometry, channels, cycles);
            }
        }

        best!.Geometry.Choose();
        return best;
    }

    private static IEnumerable<TileGeometry> Geometries<TSimd, TVector>(
        Conv2d layer, TensorShape input, TensorShape output, int lanes, int maxVectors)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        yield return new Im2colTiles<TSimd, TVector>(layer, input, output, lanes, maxVectors);
        if (lanes == TSimd.Width)
        {
            foreach ((int rows, int runs) in DirectTiles<TSimd, TVector>.Shapes(output, maxVectors))
            {
                yield return new DirectTiles<TSimd, TVector>(layer, input, output, rows, runs);
            }
        }
    }
}
