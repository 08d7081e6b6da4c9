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
internal sealed class Planner<TSimd, TVector> : ILayerVisitor<View>
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
                _views.Add(layer.Name, layer.Accept(this));
            }
        }

        View output = Read(_definition.Layers[^1].Name);
        bool slides = _definition.Layers.Any(layer => layer is Conv2d or MaxPool or AvgPool);
        int mostLanes = _lanes == 1 || slides ? _lanes : _lanes * VectorsSideBySide;
        return new Plan([.. _steps], input, InputRanges.Find(_network), output, TensorAllocator.Place(_tensors), mostLanes);
    }

    public View Visit(Conv2d layer)
    {
        (Conv2d plain, SparseMatrix weight) = PlainConvolution.Of(layer, Weight(layer, "weight"));
        return AppendStep(layer, (input, output, tail) => new ConvolutionStep<TSimd, TVector>(
            plain, InputOf(layer), OutputOf(layer), weight, Bias(layer, layer.Bias), _lanes, input, output,
            tail.Residual is { } other ? Read(other) : null, tail.Rectify));
    }

    public View Visit(Linear layer) => AppendStep(layer, (input, output, tail) => new LinearStep(
        Product(Weight(layer, "weight"), Bias(layer, layer.Bias)), InputOf(layer).Height, InputOf(layer).Channels, layer.Units, input, output, tail.Rectify));

    public View Visit(BatchNorm layer) => AppendStep(layer, (input, output, tail) => new AffineStep<TSimd, TVector>(
        layer, InputOf(layer).Channels, PixelsOf(layer), Vector(layer, "weight"), Vector(layer, "bias"), Vector(layer, "running_mean"),
        Vector(layer, "running_var"), input, output, tail.Rectify));

    public View Visit(GroupNorm layer) => AppendStep(layer, (input, output, _) => new GroupNormStep<TSimd, TVector>(
        layer.Groups, InputOf(layer).Channels / layer.Groups, PixelsOf(layer), layer.Epsilon, Vector(layer, "weight"), Vector(layer, "bias"), input, output));

    public View Visit(LayerNorm layer) => AppendStep(layer, (input, output, _) => new GroupNormStep<TSimd, TVector>(
        InputOf(layer).Height, InputOf(layer).Channels, positions: 1, layer.Epsilon, Vector(layer, "weight"), Vector(layer, "bias"), input, output));

    public View Visit(ReLU layer) => AppendStep(layer, (input, output, _) => new RectifyStep<TSimd, TVector>(InputOf(layer).Count, input, output));

    public View Visit(Activation layer) => AppendStep(
        layer, (input, output, _) => FunctionStep<TSimd, TVector>.Create(layer, InputOf(layer).Count, input, output));

    public View Visit(MaxPool layer) => AppendStep(layer, (input, output, tail) => new PoolStep<MaxPooling, TSimd, TVector>(
        InputOf(layer), OutputOf(layer), layer.Size, layer.Stride, layer.Padding, input, output, tail.Rectify));

    public View Visit(AvgPool layer) => AppendStep(layer, (input, output, tail) => new PoolStep<MeanPooling, TSimd, TVector>(
        InputOf(layer), OutputOf(layer), layer.Size, layer.Stride, 0, input, output, tail.Rectify));

    public View Visit(GlobalAveragePool layer) => AppendStep(
        layer, (input, output, _) => new GlobalAverageStep<TSimd, TVector>(InputOf(layer).Channels, PixelsOf(layer), input, output));

    public View Visit(Flatten layer) => Read(layer.Input);

    public View Visit(Dropout layer) => Read(layer.Input);

    public View Visit(Dropout2d layer) => Read(layer.Input);

    public View Visit(Concat layer)
    {
        View[] inputs = [.. layer.Inputs.Select(Read)];
        return AppendStep(
            layer, (_, output, _) => new ConcatStep<TSimd, TVector>(inputs, [.. layer.Inputs.Select(input => _definition.ShapeOf(input).Count)], output));
    }

    public View Visit(Multiply layer)
    {
        bool isPerChannel = InputOf(layer) != _definition.ShapeOf(layer.Second);
        int channels = isPerChannel ? InputOf(layer).Channels : 1;
        return AppendStep(layer, (input, output, _) => new MultiplyStep<TSimd, TVector>(
            isPerChannel, channels, InputOf(layer).Count / channels, input, Read(layer.Second), output));
    }

    public View Visit(Add layer) => AppendStep(
        layer, (input, output, tail) => new AddStep<TSimd, TVector>(InputOf(layer).Count, input, Read(layer.Second), output, tail.Rectify));

    public View Visit(RowsAsSequence layer) => InputOf(layer).Channels == 1
        ? Read(layer.Input)
        : AppendStep(layer, (input, output, _) => new RowsAsSequenceStep<TSimd, TVector>(InputOf(layer), input, output));

    public View Visit(Lstm layer) => AppendStep(layer, (input, output, _) => Recurrent<LstmCell>(layer, InputOf(layer), input, output));

    public View Visit(Gru layer) => AppendStep(layer, (input, output, _) => Recurrent<GruCell>(layer, InputOf(layer), input, output));

    public View Visit(LastStep layer)
    {
        View sequence = Read(layer.Input);
        TensorShape shape = InputOf(layer);
        return sequence with { Offset = sequence.Offset + ((long)(shape.Height - 1) * shape.Channels) };
    }

    public View Visit(RegisteredModule layer) =>
        throw new NotSupportedException($"Layer '{layer.Name}' is a module of the user's own, which predicts by itself.");

    /// <summary>A step that computes the layer, and the layers behind it that it can take up.</summary>
    /// <returns>Where the layer's output goes.</returns>
    private View AppendStep(Layer layer, Func<View, View, FusedTail, Step> make)
    {
        FusedTail tail = _readers.TailOf(layer, _views.ContainsKey);
        View input = Read(layer.Inputs[0]);
        View output = NewTensor(OutputOf(layer), _steps.Count);
        _steps.Add(make(input, output, tail));
        foreach (string covered in tail.Layers)
        {
            _views.Add(covered, output);
        }

        return output;
    }

    private RecurrentStep<TCell, TSimd, TVector> Recurrent<TCell>(RecurrentLayer layer, TensorShape shape, View input, View output)
        where TCell : struct, ICell => new(
            Product(Weight(layer, "weight_ih_l0"), Vector(layer, "bias_ih_l0")),
            Product(Weight(layer, "weight_hh_l0"), Vector(layer, "bias_hh_l0")),
            layer.Gates, shape.Height, shape.Channels, layer.Units, input, output);

    private MatrixProduct Product(SparseMatrix weight, float[]? bias) => MatrixProduct.Create<TSimd, TVector>(weight, bias, _lanes);

    private TensorShape InputOf(Layer layer) => _definition.ShapeOf(layer.Inputs[0]);

    private TensorShape OutputOf(Layer layer) => _definition.ShapeOf(layer.Name);

    private int PixelsOf(Layer layer) => InputOf(layer).Height * InputOf(layer).Width;

    private float[]? Bias(Layer layer, bool has) => has ? Vector(layer, "bias") : null;

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
