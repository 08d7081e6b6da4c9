using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Convolution;

/// <summary>
/// The kept weights of a convolution times its input, tile by tile: y = max(floor, W * x + bias + residual). It holds the pattern of the
/// weights; the weights themselves are passed in, in the order of its slots.
/// </summary>
internal sealed unsafe class WindowProduct<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly TileGeometry _geometry;
    private readonly ChannelBlock[] _blocks;
    private readonly TileRows _rows;
    private readonly int _packedLength;
    private readonly int _outputs;
    private readonly long _channelLength;

    /// <param name="layer">A convolution in one group and without dilation.</param>
    /// <param name="input">The shape of its input.</param>
    /// <param name="output">The shape of its output.</param>
    /// <param name="weight">Its kept weights.</param>
    /// <param name="lanes">The number of images side by side.</param>
    public WindowProduct(Conv2d layer, TensorShape input, TensorShape output, SparsePattern weight, int lanes)
    {
        TileChoice choice = TileChoice.Find<TSimd, TVector>(layer, input, output, weight, lanes);
        _geometry = choice.Geometry;
        _packedLength = choice.PackedLength;
        _blocks = ChannelBlocks.Split(
            weight, layer, input.Channels, choice.BlockSize, _geometry, byKernelRow: TileRows.ShareOf(layer, _geometry) < 1);
        _rows = new TileRows(_blocks, weight, layer, _geometry);
        _outputs = output.Channels;
        _channelLength = (long)output.Height * output.Width * lanes;
        Cycles = choice.Cycles;
        Numbers = [.. _blocks.SelectMany(block => block.Rows.Numbers.Concat(block.DenseRows.Numbers))];
    }

    /// <summary>The number of each slot's weight, or <see cref="Sparse.Layouts.WeightNumbers.None"/>.</summary>
    public int[] Numbers { get; }

    public int TileCount => _geometry.TileCount;

    public double Cycles { get; }

    public long ScratchLength => _packedLength + ((long)_outputs * _geometry.Vectors * TSimd.Width);

    /// <summary>Computes one tile.</summary>
    /// <param name="tile">The tile's index.</param>
    /// <param name="input">The input map.</param>
    /// <param name="weights">The weight of each slot.</param>
    /// <param name="bias">One number for each output channel.</param>
    /// <param name="output">The output map.</param>
    /// <param name="residual">A map that is added to the output, which may be the output itself; or null.</param>
    /// <param name="floor">0 for a rectifier, negative infinity for none.</param>
    /// <param name="scratch">Scratch memory of this thread.</param>
    public void Run(int tile, float* input, float* weights, float* bias, float* output, float* residual, float floor, float* scratch)
    {
        float* sums = scratch + _packedLength;
        int tileLength = _geometry.Vectors * TSimd.Width;
        var arguments = new TileArguments
        {
            Source = (byte*)scratch,
            ElementBytes = sizeof(float),
            Bias = bias,
            Destination = sums,
            DestinationStride = tileLength,
            Floor = float.NegativeInfinity,
        };
        (arguments.Run1, arguments.Run2, arguments.Run3) = _geometry.Runs;
        _geometry.Prepare(scratch, _packedLength);
        for (int index = 0; index < _blocks.Length; index++)
        {
            ChannelBlock block = _blocks[index];
            _geometry.Pack(input, tile, block.Channels, scratch);
            arguments.Rows = _rows[index, tile].Pointer;
            arguments.RowCount = (int)block.Rows.Rows.Length;
            arguments.Elements = block.Rows.Elements.Pointer;
            arguments.Weights = weights + block.FirstSlot;
            TileKernels<TSimd, TVector>.Run(_geometry.Vectors, &arguments);
            if (block.DenseRows.Outputs.Length > 0)
            {
                TileKernels<TSimd, TVector>.Run(_geometry.Vectors, block.DenseRows, weights + block.FirstDenseSlot, arguments);
            }

            arguments.Bias = null;
        }

        for (int channel = 0; channel < _outputs; channel++)
        {
            _geometry.Unpack(sums, tile, output, residual, floor);
            sums += tileLength;
            output += _channelLength;
            residual = residual == null ? null : residual + _channelLength;
        }
    }

    public override string ToString() =>
        $"{_geometry.GetType().Name[..^2]}, {_geometry.TileCount} tiles of {_geometry.Vectors} vectors, {_blocks.Length} blocks";
}
