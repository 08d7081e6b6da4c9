using Microsoft.ML.Snip.Engines.Managed.Operators.Convolution;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators.Convolution;

/// <summary>
/// The gradients of the kept weights of a convolution, tile by tile: gradient[o, c, u, v] += sum over the output pixels and images of g[o,
/// pixel] * x[c, input of the pixel at (u, v)].
/// </summary>
internal sealed unsafe class WindowGradients<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly TileGeometry _geometry;
    private readonly ChannelBlock[] _blocks;
    private readonly int _packedLength;
    private readonly int _outputs;
    private readonly int[] _usedOutputs;
    private readonly long _channelLength;

    /// <param name="layer">A convolution in one group and without dilation.</param>
    /// <param name="input">The shape of its input.</param>
    /// <param name="output">The shape of its output.</param>
    /// <param name="weight">Its kept weights.</param>
    public WindowGradients(Conv2d layer, TensorShape input, TensorShape output, SparsePattern weight)
    {
        TileChoice choice = TileChoice.Find<TSimd, TVector>(
            layer, input, output, weight, TSimd.Width, TileKernels<TSimd, TVector>.LargestGradient);
        _geometry = choice.Geometry;
        _packedLength = choice.PackedLength;
        _blocks = ChannelBlocks.Split(weight, layer, input.Channels, choice.BlockSize, _geometry, inFours: false);
        _outputs = output.Channels;
        _usedOutputs = [.. Enumerable.Range(0, _outputs).Where(row => weight.RowStart[row + 1] > weight.RowStart[row])];
        _channelLength = (long)output.Height * output.Width * TSimd.Width;
        Numbers = [.. _blocks.SelectMany(block => block.Rows.Numbers)];
    }

    /// <summary>The number of each slot's weight.</summary>
    public int[] Numbers { get; }

    public long ScratchLength => _packedLength + ((long)_outputs * _geometry.Vectors * TSimd.Width);

    /// <summary>Adds the gradients.</summary>
    /// <param name="input">The input map.</param>
    /// <param name="outputGradients">The gradients of the output map, g.</param>
    /// <param name="gradients">One number for each slot, and room for a vector behind them.</param>
    /// <param name="scratch">Scratch memory of this thread.</param>
    public void Add(float* input, float* outputGradients, float* gradients, float* scratch)
    {
        float* tileGradients = scratch + _packedLength;
        int tileLength = _geometry.Vectors * TSimd.Width;
        var arguments = new GradientArguments
        {
            Source = (byte*)scratch,
            ElementBytes = sizeof(float),
            OutputGradients = tileGradients,
            OutputStride = tileLength,
        };
        (arguments.Run1, arguments.Run2, arguments.Run3) = _geometry.Runs;
        for (int tile = 0; tile < _geometry.TileCount; tile++)
        {
            _geometry.Prepare(scratch, _packedLength);
            foreach (int channel in _usedOutputs)
            {
                _geometry.Gather(outputGradients + (channel * _channelLength), tile, tileGradients + ((long)channel * tileLength));
            }

            foreach (ChannelBlock block in _blocks)
            {
                _geometry.Pack(input, tile, block.Channels, scratch);
                arguments.Rows = block.Rows.Rows.Pointer;
                arguments.RowCount = (int)block.Rows.Rows.Length;
                arguments.Elements = block.Rows.Elements.Pointer;
                arguments.Gradients = gradients + block.FirstSlot;
                TileKernels<TSimd, TVector>.AddWeightGradients(_geometry.Vectors, &arguments);
            }
        }
    }
}
