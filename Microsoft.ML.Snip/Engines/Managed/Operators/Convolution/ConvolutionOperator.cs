using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Memory;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Convolution;

/// <summary>
/// A convolution as the product of a sparse matrix (output channels by taps) and a packed input matrix (taps by output pixels), tile by
/// tile: for each block of channels, pack its inputs and add its weights' products to the tile's sums; then write the tile to the output. A
/// residual connection and a ReLU after the convolution are fused: y = max(floor, bias + sum + residual).
/// </summary>
internal sealed unsafe class ConvolutionOperator<TSimd, TVector> : Operator
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly View _input;
    private readonly View _output;
    private readonly View? _residual;
    private readonly float _floor;
    private readonly AlignedArray<float> _bias;
    private readonly TileGeometry _geometry;
    private readonly ChannelBlock[] _blocks;
    private readonly int _outputs;
    private readonly int _outputPixels;
    private readonly int _packedLength;

    /// <param name="layer">The convolution.</param>
    /// <param name="shape">Its input's shape.</param>
    /// <param name="outputShape">Its output's shape.</param>
    /// <param name="weight">Its kept weights.</param>
    /// <param name="bias">Its biases, or null for none.</param>
    /// <param name="lanes">1 if the lanes of a vector are pixels, the vector's width if they are images.</param>
    /// <param name="input">The input.</param>
    /// <param name="output">The output; it must not overlap the input or the residual.</param>
    /// <param name="residual">The residual that is added to the output, or null.</param>
    /// <param name="rectify">Whether a ReLU is applied to the output.</param>
    public ConvolutionOperator(
        Conv2d layer, TensorShape shape, TensorShape outputShape, SparseMatrix weight, float[]? bias, int lanes, View input, View output,
        View? residual, bool rectify)
    {
        _input = input;
        _output = output;
        _residual = residual;
        _floor = rectify ? 0 : float.NegativeInfinity;
        _outputs = outputShape.Channels;
        _outputPixels = outputShape.Height * outputShape.Width;
        _bias = new AlignedArray<float>(bias ?? new float[_outputs]);
        double min = double.MaxValue;
        int blockSize = 0;
        _geometry = null!;
        foreach (TileGeometry geometry in Geometries(layer, shape, outputShape, lanes))
        {
            (int channels, double product) = ChannelBlocks.Choose(weight, shape.Channels, geometry);
            double cycles = geometry.TileCount * (
                product + (shape.Channels * geometry.PackCycles) + (_outputs * ((2 * geometry.Vectors) + 4)));
            if (cycles < min)
            {
                (_geometry, blockSize, min) = (geometry, channels, cycles);
            }
        }

        Cycles = min;
        _geometry.Choose();
        _blocks = ChannelBlocks.Split(weight, layer, shape.Channels, blockSize, _geometry);

        // Packing may write up to one vector beyond the end of the packed values.
        _packedLength = checked((blockSize * _geometry.ChannelLength) + 15) / 16 * 16;
        _packedLength += 16;
    }

    public override int PartCount => _geometry.TileCount;

    public override double Cycles { get; }

    public override long ScratchLength(int lanes) => _packedLength + ((long)_outputs * _geometry.Vectors * TSimd.Width);

    public override void Run(float* activations, int lanes, float* scratch, int part)
    {
        float* sums = scratch + _packedLength;
        int tileLength = _geometry.Vectors * TSimd.Width;
        float* input = _input.In(activations, lanes);
        var arguments = new TileArguments
        {
            Source = (byte*)scratch,
            ElementBytes = sizeof(float),
            Bias = _bias.Pointer,
            Destination = sums,
            DestinationStride = tileLength,
            Floor = float.NegativeInfinity,
        };
        _geometry.SetRuns(ref arguments);
        _geometry.Prepare(scratch, _packedLength);
        foreach (ChannelBlock block in _blocks)
        {
            _geometry.Pack(input, part, block.First, block.Count, scratch);
            arguments.Rows = block.Rows.Rows.Pointer;
            arguments.RowCount = (int)block.Rows.Rows.Length;
            arguments.Taps = block.Rows.Taps.Pointer;
            TileKernels<TSimd, TVector>.Run(_geometry.Vectors, &arguments);
            if (block.DenseRows.Outputs.Length > 0)
            {
                TileKernels<TSimd, TVector>.Run(_geometry.Vectors, block.DenseRows, arguments);
            }

            arguments.Bias = null;
        }

        long channelLength = (long)_outputPixels * lanes;
        float* output = _output.In(activations, lanes);
        float* residual = _residual is { } view ? view.In(activations, lanes) : null;
        for (int channel = 0; channel < _outputs; channel++)
        {
            _geometry.Unpack(sums, part, output, residual, _floor);
            sums += tileLength;
            output += channelLength;
            residual = residual == null ? null : residual + channelLength;
        }
    }

    public override string ToString() =>
        $"convolution to {_outputs} channels of {_outputPixels} pixels: {_geometry.GetType().Name[..^2]}, "
        + $"{_geometry.TileCount} tiles of {_geometry.Vectors} vectors, {_blocks.Length} blocks";

    private static IEnumerable<TileGeometry> Geometries(Conv2d layer, TensorShape input, TensorShape output, int lanes)
    {
        yield return new Im2colTiles<TSimd, TVector>(layer, input, output, lanes);
        if (lanes == TSimd.Width)
        {
            foreach ((int rows, int runs) in DirectTiles<TSimd, TVector>.Shapes(output))
            {
                yield return new DirectTiles<TSimd, TVector>(layer, input, output, rows, runs);
            }
        }
    }
}
