using Microsoft.ML.Snip.Engines.Managed.Operators.Products;
using Microsoft.ML.Snip.Engines.Managed.Training.Parameters;
using Microsoft.ML.Snip.Sparse.Layouts;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Memory;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators;

/// <summary>
/// A fully connected layer of kept weights, with the ReLU behind it if there is one: y = max(floor, W x + b). Backwards, with g the
/// gradient of y, set to 0 where a ReLU gave 0: the gradient of b is the sum of g over the images, that of a kept weight is the sum of
/// g[row] * x[column], and that of x is W^T g.
/// </summary>
/// <remarks>
/// The trained weights lie in the order of the forward pattern's slots, so that the forward pass and the weight gradients use them in
/// place. The transposed pattern has another order; its weights are copied once a block.
/// </remarks>
internal sealed unsafe class TrainableLinear<TSimd, TVector> : TrainingOperator, ITrainableWeight
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly Signal _input;
    private readonly Signal _output;
    private readonly ParameterSet _parameters;
    private readonly ParameterRange _weight;
    private readonly ParameterRange? _bias;
    private readonly bool _rectify;
    private readonly AlignedArray<float> _zeros;
    private RowProduct<TSimd, TVector> _forward = null!;
    private RowProduct<TSimd, TVector> _transposed = null!;
    private AlignedArray<float> _transposedWeights = null!;

    /// <summary>For each slot of the transposed pattern, the slot of its weight in the forward pattern.</summary>
    private int[] _transposedSlots = [];

    /// <param name="input">The inputs.</param>
    /// <param name="output">The outputs.</param>
    /// <param name="parameters">The parameters of the network.</param>
    /// <param name="weight">The place of the kept weights.</param>
    /// <param name="bias">The place of the biases, or null.</param>
    /// <param name="pattern">The kept weights.</param>
    /// <param name="rectify">Whether a ReLU follows.</param>
    public TrainableLinear(
        Signal input, Signal output, ParameterSet parameters, ParameterRange weight, ParameterRange? bias, SparsePattern pattern,
        bool rectify)
    {
        (_input, _output, _parameters, _weight, _bias, _rectify) = (input, output, parameters, weight, bias, rectify);
        _zeros = new AlignedArray<float>(Math.Max(input.Count, output.Count));
        Plan(pattern);
    }

    public ParameterRange Range => _weight;

    public SparsePattern Pattern { get; private set; } = null!;

    public override void Forward(ImageBlock block, bool learns)
    {
        float* values = _parameters.Values.Pointer;
        _forward.Run(
            _input.Values.Pointer, values + _weight.First, _bias is null ? _zeros.Pointer : values + _bias.First, _output.Values.Pointer,
            block.Lanes, _rectify ? 0 : float.NegativeInfinity);
    }

    public override void Backward(ImageBlock block)
    {
        float* gradients = _output.Gradients!.Pointer;
        BackwardThroughOutput(gradients, block.Lanes);
        _forward.AddWeightGradients(
            _input.Values.Pointer, gradients, _parameters.Gradients.Pointer + _weight.First, block.Lanes);
        if (_input.Gradients is { } inputGradients)
        {
            ReadOnlySpan<float> weights = _parameters.ValuesOf(_weight);
            Span<float> transposed = _transposedWeights.Span;
            for (int slot = 0; slot < transposed.Length; slot++)
            {
                transposed[slot] = weights[_transposedSlots[slot]];
            }

            _transposed.Run(
                gradients, _transposedWeights.Pointer, _zeros.Pointer, inputGradients.Pointer, block.Lanes, float.NegativeInfinity);
        }
    }

    public float[] Read(AlignedArray<float> numbers)
    {
        Span<float> slots = numbers.Span.Slice(_weight.First, _weight.Count);
        var ordered = new float[_weight.Count];
        for (int slot = 0; slot < ordered.Length; slot++)
        {
            ordered[_forward.Rows.Numbers[slot]] = slots[slot];
        }

        return ordered;
    }

    public void Write(AlignedArray<float> numbers, float[] ordered)
    {
        Span<float> slots = numbers.Span.Slice(_weight.First, _weight.Count);
        for (int slot = 0; slot < ordered.Length; slot++)
        {
            slots[slot] = ordered[_forward.Rows.Numbers[slot]];
        }
    }

    public void Plan(SparsePattern pattern)
    {
        Pattern = pattern;
        _forward = new RowProduct<TSimd, TVector>(SparseRows.Of(pattern));
        _transposed = new RowProduct<TSimd, TVector>(SparseRows.OfTransposed(pattern));
        _transposedWeights = new AlignedArray<float>(pattern.KeptCount);
        var slots = new int[pattern.KeptCount];
        for (int slot = 0; slot < slots.Length; slot++)
        {
            slots[_forward.Rows.Numbers[slot]] = slot;
        }

        _transposedSlots = Array.ConvertAll(_transposed.Rows.Numbers, number => slots[number]);
    }

    /// <summary>Sets gradients to 0 where the ReLU gave 0, and adds the gradients of the biases.</summary>
    private void BackwardThroughOutput(float* gradients, int lanes)
    {
        if (!_rectify && _bias is null)
        {
            return;
        }

        float* values = _output.Values.Pointer;
        float* biases = _bias is null ? null : _parameters.Gradients.Pointer + _bias.First;
        for (int row = 0; row < _output.Count; row++)
        {
            TVector sum = TSimd.Zero;
            for (int lane = 0; lane < lanes; lane += TSimd.Width)
            {
                TVector gradient = TSimd.Load(gradients + lane);
                if (_rectify)
                {
                    gradient = TSimd.WherePositive(TSimd.Load(values + lane), gradient);
                    TSimd.Store(gradient, gradients + lane);
                }

                sum = TSimd.Add(sum, gradient);
            }

            if (biases is not null)
            {
                biases[row] += TSimd.Sum(sum);
            }

            gradients += lanes;
            values += lanes;
        }
    }
}
