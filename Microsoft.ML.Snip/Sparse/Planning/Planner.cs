using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Steps;
using Microsoft.ML.Snip.Sparse.Steps.Convolution;
using Microsoft.ML.Snip.Sparse.Steps.Products;
using Microsoft.ML.Snip.Sparse.Steps.Recurrent;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Sparse.Planning;

/// <summary>
/// Turns a network into steps. Layers that only rename numbers (flatten, dropout, last step) become views; a rectifier or a residual connection becomes
/// part of the step before it where nothing else reads that step's output.
/// </summary>
internal sealed class Planner<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>
    /// How many vectors of pictures a network without maps takes together: enough to use each weight several times, few enough that the inputs stay in the
    /// second-level cache.
    /// </summary>
    private const int VectorsSideBySide = 4;

    private readonly SparseNetwork _network;
    private readonly NetworkDefinition _definition;
    private readonly int _lanes;
    private readonly LayerReaders _readers;
    private readonly List<Step> _steps = [];
    private readonly List<Tensor> _tensors = [];
    private readonly Dictionary<string, View> _views = new(StringComparer.Ordinal);

    private Planner(SparseNetwork network, int lanes)
    {
        _network = network;
        _definition = network.Definition;
        _lanes = lanes;
        _readers = new LayerReaders(_definition);
    }

    /// <param name="network">The network.</param>
    /// <param name="lanes">1 to plan for single pictures, the vector's width to plan for several side by side.</param>
    public static Plan Build(SparseNetwork network, int lanes) => new Planner<TSimd, TVector>(network, lanes).Build();

    private Plan Build()
    {
        // The picture is there before the first step.
        View input = NewTensor(_definition.ShapeOf(NetworkDefinition.InputName), step: -1);
        _views.Add(NetworkDefinition.InputName, input);
        foreach (Layer layer in _definition.Layers)
        {
            if (!_views.ContainsKey(layer.Name))
            {
                Append(layer);
            }
        }

        View output = Read(_definition.Layers[^1].Name);
        bool slides = _definition.Layers.Any(layer => layer is Conv2d or MaxPool or AvgPool);
        int mostLanes = _lanes == 1 || slides ? _lanes : _lanes * VectorsSideBySide;
        return new Plan([.. _steps], input, InputRanges.Find(_network), output, TensorAllocator.Place(_tensors), mostLanes);
    }

    private void Append(Layer layer)
    {
        TensorShape shape = _definition.ShapeOf(layer.Inputs[0]), outputShape = _definition.ShapeOf(layer.Name);
        switch (layer)
        {
            case Flatten or Dropout:
                _views.Add(layer.Name, Read(layer.Inputs[0]));
                return;
            case LastStep:
                View sequence = Read(layer.Inputs[0]);
                _views.Add(layer.Name, sequence with { Offset = sequence.Offset + ((long)(shape.Height - 1) * shape.Channels) });
                return;
            case RowsAsSequence when shape.Channels == 1:
                _views.Add(layer.Name, Read(layer.Inputs[0]));
                return;
        }

        FusedTail tail = _readers.TailOf(layer, _views.ContainsKey);
        View input = Read(layer.Inputs[0]);
        View? residual = tail.Residual is { } other ? Read(other) : layer is Add add ? Read(add.Second) : null;
        View output = NewTensor(outputShape, _steps.Count);
        _steps.Add(MakeStep(layer, shape, outputShape, input, residual, output, tail.Rectify));
        _views.Add(layer.Name, output);
        foreach (string covered in tail.Layers)
        {
            _views.Add(covered, output);
        }
    }

    private Step MakeStep(Layer layer, TensorShape shape, TensorShape outputShape, View input, View? residual, View output, bool rectify)
    {
        int pixels = shape.Height * shape.Width;
        switch (layer)
        {
            case Conv2d conv:
                return new ConvolutionStep<TSimd, TVector>(
                    conv, shape, outputShape, Weight(layer, "weight"), conv.Bias ? Vector(layer, "bias") : null, _lanes, input, output, residual, rectify);
            case Linear linear:
                var product = Product(Weight(layer, "weight"), linear.Bias ? Vector(layer, "bias") : null);
                return new LinearStep(product, shape.Height, shape.Channels, linear.Units, input, output, rectify);
            case BatchNorm norm:
                return new AffineStep<TSimd, TVector>(
                    norm, shape.Channels, pixels, Vector(layer, "weight"), Vector(layer, "bias"), Vector(layer, "running_mean"), Vector(layer, "running_var"),
                    input, output, rectify);
            case ReLU:
                return new RectifyStep<TSimd, TVector>(shape.Count, input, output);
            case MaxPool pool:
                return new PoolStep<MaxPooling, TSimd, TVector>(shape, outputShape, pool.Size, pool.Stride, pool.Padding, input, output, rectify);
            case AvgPool pool:
                return new PoolStep<MeanPooling, TSimd, TVector>(shape, outputShape, pool.Size, pool.Stride, 0, input, output, rectify);
            case GlobalAveragePool:
                return new GlobalAverageStep<TSimd, TVector>(shape.Channels, pixels, input, output);
            case Add:
                return new AddStep<TSimd, TVector>(shape.Count, input, residual!.Value, output, rectify);
            case RowsAsSequence:
                return new RowsAsSequenceStep<TSimd, TVector>(shape, input, output);
            case Lstm lstm:
                return Recurrent<LstmCell>(lstm, shape, input, output);
            case Gru gru:
                return Recurrent<GruCell>(gru, shape, input, output);
            default:
                throw new NotSupportedException($"Layer '{layer.Name}' is of a kind that cannot be predicted with: {layer.GetType().Name}.");
        }
    }

    private RecurrentStep<TCell, TSimd, TVector> Recurrent<TCell>(RecurrentLayer layer, TensorShape shape, View input, View output)
        where TCell : struct, ICell => new(
            Product(Weight(layer, "weight_ih_l0"), Vector(layer, "bias_ih_l0")),
            Product(Weight(layer, "weight_hh_l0"), Vector(layer, "bias_hh_l0")),
            layer.Gates, shape.Height, shape.Channels, layer.Units, input, output);

    private MatrixProduct Product(SparseMatrix weight, float[]? bias) => MatrixProduct.Create<TSimd, TVector>(weight, bias, _lanes);

    private SparseMatrix Weight(Layer layer, string name) => _network.Weights[$"{layer.Name}.{name}"];

    private float[] Vector(Layer layer, string name) => _network.Vectors[$"{layer.Name}.{name}"];

    /// <summary>The output of an earlier layer, which the step that comes next (or a later one, through a view) reads.</summary>
    private View Read(string name)
    {
        View view = _views[name];
        view.Tensor.LastStep = _steps.Count;
        return view;
    }

    private View NewTensor(TensorShape shape, int step)
    {
        var tensor = new Tensor(shape.Count) { FirstStep = step, LastStep = step };
        _tensors.Add(tensor);
        return new View(tensor);
    }
}
