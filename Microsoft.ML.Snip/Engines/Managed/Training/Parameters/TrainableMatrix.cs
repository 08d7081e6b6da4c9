using Microsoft.ML.Snip.Engines.Managed.Operators.Products;
using Microsoft.ML.Snip.Sparse.Layouts;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Memory;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Parameters;

/// <summary>
/// A matrix W of kept weights that is trained: y = W x; with g the gradient of y, the gradient of a kept weight is the sum over the images
/// of g[row] * x[column], and that of x is W^T g.
/// </summary>
/// <remarks>
/// The trained weights lie in the order of the forward pattern's slots, so that the forward pass and the weight gradients use them in
/// place. The transposed pattern has another order; its weights are copied once a batch.
/// </remarks>
internal sealed unsafe class TrainableMatrix<TSimd, TVector> : ITrainableWeight
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly ParameterSet _parameters;
    private readonly bool _needsInputGradients;
    private readonly AlignedArray<float> _zeros;
    private RowProduct<TSimd, TVector> _forward = null!;
    private RowProduct<TSimd, TVector>? _transposed;
    private ArrangedWeights? _transposedWeights;

    /// <param name="parameters">The parameters of the network, in which the weights get a place.</param>
    /// <param name="name">The parameter's name.</param>
    /// <param name="pattern">The kept weights.</param>
    /// <param name="needsInputGradients">Whether the gradients of x are needed.</param>
    public TrainableMatrix(ParameterSet parameters, string name, SparsePattern pattern, bool needsInputGradients)
    {
        (_parameters, _needsInputGradients) = (parameters, needsInputGradients);
        _zeros = new AlignedArray<float>(Math.Max(pattern.Rows, pattern.Columns));
        Range = parameters.Reserve(name, pattern.KeptCount);
        Plan(pattern);
    }

    public ParameterRange Range { get; }

    public SparsePattern Pattern { get; private set; } = null!;

    public SlotOrder Order { get; private set; } = null!;

    public void Plan(SparsePattern pattern)
    {
        Pattern = pattern;
        _forward = new RowProduct<TSimd, TVector>(SparseRows.Of(pattern));
        Order = new SlotOrder(_forward.Rows.Numbers);
        if (_needsInputGradients)
        {
            _transposed = new RowProduct<TSimd, TVector>(SparseRows.OfTransposed(pattern));
            _transposedWeights = Order.ArrangeFor(_transposed.Rows.Numbers);
        }
    }

    /// <summary>Called before the blocks of a batch.</summary>
    public void Prepare() => _transposedWeights?.Refresh(_parameters.ValuesOf(Range));

    /// <summary>y = max(floor, bias + W x).</summary>
    /// <param name="x">The inputs.</param>
    /// <param name="bias">One number for each row; null for none.</param>
    /// <param name="y">The outputs.</param>
    /// <param name="lanes">The number of images side by side.</param>
    /// <param name="floor">0 for a rectifier, negative infinity for none.</param>
    public void Run(float* x, float* bias, float* y, int lanes, float floor = float.NegativeInfinity) =>
        _forward.Run(x, _parameters.Values.Pointer + Range.First, bias == null ? _zeros.Pointer : bias, y, lanes, floor);

    /// <summary>y = y + W x.</summary>
    public void Add(float* x, float* y, int lanes) =>
        _forward.Run(x, _parameters.Values.Pointer + Range.First, null, y, lanes, float.NegativeInfinity);

    /// <summary>Adds the gradients of the kept weights.</summary>
    /// <param name="x">The inputs.</param>
    /// <param name="outputGradients">The gradients of the outputs.</param>
    /// <param name="parameterGradients">The gradients of all parameters.</param>
    /// <param name="lanes">The number of images side by side.</param>
    public void AddGradients(float* x, float* outputGradients, float* parameterGradients, int lanes) =>
        _forward.AddWeightGradients(x, outputGradients, parameterGradients + Range.First, lanes);

    /// <summary>Computes the gradients of the inputs, or adds to them.</summary>
    public void RunTransposed(float* outputGradients, float* inputGradients, int lanes, bool adds) => _transposed!.Run(
        outputGradients, _transposedWeights!.Pointer, adds ? null : _zeros.Pointer, inputGradients, lanes, float.NegativeInfinity);
}
