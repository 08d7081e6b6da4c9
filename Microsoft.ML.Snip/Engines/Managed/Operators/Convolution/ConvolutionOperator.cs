using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Layouts;
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
    private readonly WindowProduct<TSimd, TVector> _product;
    private readonly AlignedArray<float> _weights;
    private readonly AlignedArray<float> _bias;
    private readonly TensorShape _outputShape;
    private readonly View _input;
    private readonly View _output;
    private readonly View? _residual;
    private readonly float _floor;

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
        _product = new WindowProduct<TSimd, TVector>(layer, shape, outputShape, weight.Pattern, lanes);
        _weights = WeightNumbers.Arrange(_product.Numbers, weight.Value);
        _bias = new AlignedArray<float>(bias ?? new float[outputShape.Channels]);
        (_outputShape, _input, _output, _residual) = (outputShape, input, output, residual);
        _floor = rectify ? 0 : float.NegativeInfinity;
    }

    public override int PartCount => _product.TileCount;

    public override double Cycles => _product.Cycles;

    public override long ScratchLength(int lanes) => _product.ScratchLength;

    public override void Run(float* activations, int lanes, float* scratch, int part) => _product.Run(
        part, _input.In(activations, lanes), _weights.Pointer, _bias.Pointer, _output.In(activations, lanes),
        _residual is { } view ? view.In(activations, lanes) : null, _floor, scratch);

    public override string ToString() =>
        $"convolution to {_outputShape.Channels} channels of {_outputShape.Height * _outputShape.Width} pixels: {_product}";
}
