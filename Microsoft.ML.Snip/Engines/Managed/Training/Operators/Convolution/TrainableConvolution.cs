using Microsoft.ML.Snip.Engines.Managed.Operators.Convolution;
using Microsoft.ML.Snip.Engines.Managed.Training.Parameters;
using Microsoft.ML.Snip.Engines.Managed.Training.Plans;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Memory;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators.Convolution;

/// <summary>
/// A convolution of kept weights, with the ReLU behind it if there is one. A block is one vector of images, so that every pixel is a
/// vector.
/// </summary>
/// <remarks>
/// The trained weights lie in the order of the slots of the weight gradients, which so are added in place. The forward pass and the input
/// gradients have other orders; their weights are copied once a batch.
/// </remarks>
internal sealed unsafe class TrainableConvolution<TSimd, TVector> : TrainingOperator, ITrainableWeight
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly Conv2d _layer;
    private readonly TensorShape _inputShape;
    private readonly TensorShape _outputShape;
    private readonly ParameterSet _parameters;
    private readonly ParameterRange? _bias;
    private readonly bool _rectify;
    private readonly AlignedArray<float> _zeros;
    private WindowProduct<TSimd, TVector> _forward = null!;
    private WindowGradients<TSimd, TVector> _weightGradients = null!;
    private InputGradients<TSimd, TVector>? _inputGradients;
    private ArrangedWeights _forwardWeights = null!;
    private ArrangedWeights? _backwardWeights;

    /// <param name="input">The inputs.</param>
    /// <param name="output">The outputs.</param>
    /// <param name="layer">The convolution.</param>
    /// <param name="inputShape">The shape of its input.</param>
    /// <param name="outputShape">The shape of its output.</param>
    /// <param name="parameters">The parameters of the network.</param>
    /// <param name="weight">The place of the kept weights.</param>
    /// <param name="bias">The place of the biases, or null.</param>
    /// <param name="pattern">The kept weights.</param>
    /// <param name="rectify">Whether a ReLU follows.</param>
    public TrainableConvolution(
        Source input, Target output, Conv2d layer, TensorShape inputShape, TensorShape outputShape, ParameterSet parameters,
        ParameterRange weight, ParameterRange? bias, SparsePattern pattern, bool rectify)
        : base(output, input)
    {
        (_layer, _inputShape, _outputShape) = (layer, inputShape, outputShape);
        (_parameters, Range, _bias, _rectify) = (parameters, weight, bias, rectify);
        _zeros = new AlignedArray<float>(outputShape.Channels);
        Plan(pattern);
    }

    public ParameterRange Range { get; }

    public SparsePattern Pattern { get; private set; } = null!;

    public SlotOrder Order { get; private set; } = null!;

    public override bool KeepsInputs => true;

    public override bool KeepsOutput => _rectify;

    public override long ScratchLength(int lanes) => Math.Max(
        _forward.ScratchLength, Math.Max(_weightGradients.ScratchLength, _inputGradients?.ScratchLength ?? 0));

    public void Plan(SparsePattern pattern)
    {
        Pattern = pattern;
        (Conv2d plain, SparsePattern weight) = PlainConvolution.Of(_layer, pattern);
        _forward = new WindowProduct<TSimd, TVector>(plain, _inputShape, _outputShape, weight, TSimd.Width);
        _weightGradients = new WindowGradients<TSimd, TVector>(plain, _inputShape, _outputShape, weight);
        Order = new SlotOrder(_weightGradients.Numbers);
        _forwardWeights = Order.ArrangeFor(_forward.Numbers);
        if (Inputs[0].Signal.IsTrained)
        {
            _inputGradients = new InputGradients<TSimd, TVector>(plain, _inputShape, _outputShape, weight);
            _backwardWeights = Order.ArrangeFor(_inputGradients.Numbers);
        }
    }

    public override void Prepare(bool learns)
    {
        ReadOnlySpan<float> weights = _parameters.ValuesOf(Range);
        _forwardWeights.Refresh(weights);
        _backwardWeights?.Refresh(weights);
    }

    public override void Forward(in TrainingBlock block)
    {
        float* biases = _bias is null ? _zeros.Pointer : _parameters.Values.Pointer + _bias.First;
        for (int tile = 0; tile < _forward.TileCount; tile++)
        {
            _forward.Run(
                tile, Inputs[0].ValuesIn(block), _forwardWeights.Pointer, biases, Output.ValuesIn(block), null,
                _rectify ? 0 : float.NegativeInfinity, block.Scratch);
        }
    }

    public override void Backward(in TrainingBlock block)
    {
        float* outputGradients = Output.GradientsIn(block);
        if (_rectify || _bias is not null)
        {
            BiasGradients<TSimd, TVector>.Add(
                _rectify ? Output.ValuesIn(block) : null, outputGradients, _bias is null ? null : block.ParameterGradients + _bias.First,
                _outputShape.Channels, (long)_outputShape.Height * _outputShape.Width * block.Lanes);
        }

        _weightGradients.Add(Inputs[0].ValuesIn(block), outputGradients, block.ParameterGradients + Range.First, block.Scratch);
        _inputGradients?.Run(
            outputGradients, _backwardWeights!.Pointer, Inputs[0].GradientsIn(block), Inputs[0].Adds, block.Scratch);
    }
}
