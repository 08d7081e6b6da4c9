using Microsoft.ML.Snip.Engines.Managed.Operators;
using Microsoft.ML.Snip.Engines.Managed.Operators.Convolution;
using Microsoft.ML.Snip.Engines.Managed.Operators.Products;
using Microsoft.ML.Snip.Engines.Managed.Operators.Recurrent;
using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Planning;

/// <summary>
/// Turns a network into operators. Layers that do not change values (flatten, dropout, last step) become views. A ReLU or a residual
/// connection is fused into the operator before it if nothing else reads that operator's output.
/// </summary>
internal sealed class Planner<TSimd, TVector> : ILayerVisitor<View>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>
    /// How many vectors of images a network without convolution and pooling processes together: enough to use each weight several times,
    /// few enough that the inputs stay in the second-level cache.
    /// </summary>
    private const int VectorsSideBySide = 4;

    /// <summary>The largest number of weights of a convolution as one matrix.</summary>
    private const long MaxMatrixWeights = 1 << 20;

    private readonly SparseNetwork _network;
    private readonly NetworkDefinition _definition;
    private readonly int _lanes;
    private readonly LayerConsumers _readers;
    private readonly List<Operator> _operators = [];
    private readonly List<ActivationBuffer> _buffers = [];
    private readonly Dictionary<string, View> _views = new(StringComparer.Ordinal);

    private Planner(SparseNetwork network, int lanes)
    {
        _network = network;
        _definition = network.Definition;
        _lanes = lanes;
        _readers = new LayerConsumers(_definition);
    }

    /// <param name="network">The network.</param>
    /// <param name="lanes">1 to plan for single images, the vector's width to plan for several images side by side.</param>
    public static Plan Build(SparseNetwork network, int lanes) => new Planner<TSimd, TVector>(network, lanes).Build();

    private Plan Build()
    {
        // The image is written before the first operator runs.
        View input = NewBuffer(_definition.ShapeOf(NetworkDefinition.InputName), index: -1);
        _views.Add(NetworkDefinition.InputName, input);
        foreach (Layer layer in _definition.Layers)
        {
            if (!_views.ContainsKey(layer.Name))
            {
                _views.Add(layer.Name, layer.Accept(this));
            }
        }

        View output = Read(_definition.Layers[^1].Name);
        bool hasMaps = _definition.Layers.Any(layer => layer is Conv2d or MaxPool or AvgPool);
        int maxLanes = _lanes == 1 || hasMaps ? _lanes : _lanes * VectorsSideBySide;
        return new Plan([.. _operators], input, InputRanges.Find(_network), output, BufferAllocator.Place(_buffers), maxLanes);
    }

    public View Visit(Conv2d layer)
    {
        (Conv2d plain, SparseMatrix weight) = PlainConvolution.Of(layer, Weight(layer, "weight"));
        float[]? bias = Bias(layer, layer.Bias);
        return AppendOperator(layer, (input, output, tail) =>
        {
            var convolution = new ConvolutionOperator<TSimd, TVector>(
                plain, InputOf(layer), OutputOf(layer), weight, bias, _lanes, input, output,
                tail.Residual is { } other ? Read(other) : null, tail.Rectify);
            return tail.Residual is null && OfFewPixels(plain, weight, bias, InputOf(layer), OutputOf(layer)) is { } product
                && product.Cycles < convolution.Cycles
                ? new LinearOperator(product, steps: 1, (int)InputOf(layer).Count, (int)OutputOf(layer).Count, input, output, tail.Rectify)
                : convolution;
        });
    }

    public View Visit(Linear layer) => AppendOperator(layer, (input, output, tail) =>
    {
        SparseMatrix weight = Weight(layer, "weight");
        float[]? bias = Bias(layer, layer.Bias);
        MatrixProduct product = Product(weight, bias);
        return ProductOfSteps(weight, bias, InputOf(layer).Height, product) is { } allSteps
            ? new SequenceLinearOperator<TSimd, TVector>(allSteps, input, output, tail.Rectify)
            : new LinearOperator(
                product, InputOf(layer).Height, InputOf(layer).Channels, layer.Units, input, output, tail.Rectify);
    });

    public View Visit(BatchNorm layer) => AppendOperator(layer, (input, output, tail) => new AffineOperator<TSimd, TVector>(
        layer, InputOf(layer).Channels, PixelsOf(layer), Vector(layer, "weight"), Vector(layer, "bias"), Vector(layer, "running_mean"),
        Vector(layer, "running_var"), input, output, tail.Rectify));

    public View Visit(GroupNorm layer) => AppendOperator(layer, (input, output, _) => new GroupNormOperator<TSimd, TVector>(
        layer.Groups, InputOf(layer).Channels / layer.Groups, PixelsOf(layer), layer.Epsilon, Vector(layer, "weight"),
        Vector(layer, "bias"), input, output));

    public View Visit(LayerNorm layer) => AppendOperator(layer, (input, output, _) => new GroupNormOperator<TSimd, TVector>(
        InputOf(layer).Height, InputOf(layer).Channels, positions: 1, layer.Epsilon, Vector(layer, "weight"), Vector(layer, "bias"), input,
        output));

    public View Visit(ReLU layer) =>
        AppendOperator(layer, (input, output, _) => new RectifyOperator<TSimd, TVector>(InputOf(layer).Count, input, output));

    public View Visit(Activation layer) => AppendOperator(
        layer, (input, output, _) => FunctionOperator<TSimd, TVector>.Create(layer, InputOf(layer).Count, input, output));

    public View Visit(MaxPool layer) => AppendOperator(layer, (input, output, tail) => new PoolOperator<MaxPooling, TSimd, TVector>(
        InputOf(layer), OutputOf(layer), layer.Size, layer.Stride, layer.Padding, input, output, tail.Rectify));

    public View Visit(AvgPool layer) => AppendOperator(layer, (input, output, tail) => new PoolOperator<MeanPooling, TSimd, TVector>(
        InputOf(layer), OutputOf(layer), layer.Size, layer.Stride, 0, input, output, tail.Rectify));

    public View Visit(GlobalAveragePool layer) => AppendOperator(
        layer, (input, output, _) => new GlobalAverageOperator<TSimd, TVector>(InputOf(layer).Channels, PixelsOf(layer), input, output));

    public View Visit(Flatten layer) => Read(layer.Input);

    public View Visit(Dropout layer) => Read(layer.Input);

    public View Visit(Dropout2d layer) => Read(layer.Input);

    public View Visit(Concat layer)
    {
        View[] inputs = [.. layer.Inputs.Select(Read)];
        long[] counts = [.. layer.Inputs.Select(input => _definition.ShapeOf(input).Count)];
        return AppendOperator(layer, (_, output, _) => new ConcatOperator<TSimd, TVector>(inputs, counts, output));
    }

    public View Visit(Multiply layer)
    {
        bool isPerChannel = InputOf(layer) != _definition.ShapeOf(layer.Second);
        int channels = isPerChannel ? InputOf(layer).Channels : 1;
        return AppendOperator(layer, (input, output, _) => new MultiplyOperator<TSimd, TVector>(
            isPerChannel, channels, InputOf(layer).Count / channels, input, Read(layer.Second), output));
    }

    public View Visit(Add layer) => AppendOperator(
        layer,
        (input, output, tail) => new AddOperator<TSimd, TVector>(InputOf(layer).Count, input, Read(layer.Second), output, tail.Rectify));

    public View Visit(RowsAsSequence layer) => InputOf(layer).Channels == 1
        ? Read(layer.Input)
        : AppendOperator(layer, (input, output, _) => new RowsAsSequenceOperator<TSimd, TVector>(InputOf(layer), input, output));

    public View Visit(Lstm layer) => AppendOperator(layer, (input, output, _) => Recurrent<LstmCell>(layer, InputOf(layer), input, output));

    public View Visit(Gru layer) => AppendOperator(layer, (input, output, _) => Recurrent<GruCell>(layer, InputOf(layer), input, output));

    public View Visit(LastStep layer)
    {
        View sequence = Read(layer.Input);
        TensorShape shape = InputOf(layer);
        return sequence with { Offset = sequence.Offset + ((long)(shape.Height - 1) * shape.Channels) };
    }

    public View Visit(RegisteredModule layer) =>
        throw new NotSupportedException($"Layer '{layer.Name}' is a registered module, which only TorchSharp can run.");

    /// <summary>Appends an operator that computes the layer and the layers after it that can be fused into it.</summary>
    /// <returns>The view of the layer's output.</returns>
    private View AppendOperator(Layer layer, Func<View, View, FusedTail, Operator> make)
    {
        FusedTail tail = _readers.TailOf(layer, _views.ContainsKey);
        View input = Read(layer.Inputs[0]);
        View output = NewBuffer(OutputOf(layer), _operators.Count);
        _operators.Add(make(input, output, tail));
        foreach (string fused in tail.Layers)
        {
            _views.Add(fused, output);
        }

        return output;
    }

    private RecurrentOperator<TCell, TSimd, TVector> Recurrent<TCell>(RecurrentLayer layer, TensorShape shape, View input, View output)
        where TCell : struct, ICell
    {
        SparseMatrix weight = Weight(layer, "weight_ih_l0");
        float[] bias = Vector(layer, "bias_ih_l0");
        MatrixProduct fromInput = Product(weight, bias);
        return new RecurrentOperator<TCell, TSimd, TVector>(
            fromInput, ProductOfSteps(weight, bias, shape.Height, fromInput),
            Product(Weight(layer, "weight_hh_l0"), Vector(layer, "bias_hh_l0")), layer.Gates, shape.Height, shape.Channels, layer.Units,
            input, output);
    }

    /// <summary>The product for all steps of one image at once; null for several images, and where it does not pay.</summary>
    private StepsSideBySide<TSimd, TVector>? ProductOfSteps(SparseMatrix weight, float[]? bias, int steps, MatrixProduct ofStep) =>
        _lanes == 1 ? StepsSideBySide<TSimd, TVector>.CreateIfCheaper(weight, bias, steps, ofStep.Cycles) : null;

    private MatrixProduct Product(SparseMatrix weight, float[]? bias) => MatrixProduct.Create<TSimd, TVector>(weight, bias, _lanes);

    /// <summary>
    /// A convolution of a single image as one matrix, whose lanes are outputs, if its maps have so few pixels that they would not fill a
    /// vector.
    /// </summary>
    private MatrixProduct? OfFewPixels(Conv2d layer, SparseMatrix weight, float[]? bias, TensorShape input, TensorShape output)
    {
        int pixels = output.Height * output.Width;
        if (_lanes > 1 || pixels >= TSimd.Width || ConvolutionMatrix.CountWeights(layer, weight.Pattern, input, output) > MaxMatrixWeights)
        {
            return null;
        }

        float[]? biasOfPixels = bias is null ? null : [.. bias.SelectMany(value => Enumerable.Repeat(value, pixels))];
        return Product(ConvolutionMatrix.Of(layer, weight, input, output), biasOfPixels);
    }

    private TensorShape InputOf(Layer layer) => _definition.ShapeOf(layer.Inputs[0]);

    private TensorShape OutputOf(Layer layer) => _definition.ShapeOf(layer.Name);

    private int PixelsOf(Layer layer) => InputOf(layer).Height * InputOf(layer).Width;

    private float[]? Bias(Layer layer, bool hasBias) => hasBias ? Vector(layer, "bias") : null;

    private SparseMatrix Weight(Layer layer, string name) => _network.Weights[$"{layer.Name}.{name}"];

    private float[] Vector(Layer layer, string name) => _network.Vectors[$"{layer.Name}.{name}"];

    /// <summary>The output of an earlier layer, to be read by the next operator (or by a later one, through a view).</summary>
    private View Read(string name)
    {
        View view = _views[name];
        view.Buffer.LastOperator = _operators.Count;
        return view;
    }

    private View NewBuffer(TensorShape shape, int index)
    {
        var buffer = new ActivationBuffer(shape.Count) { FirstOperator = index, LastOperator = index };
        _buffers.Add(buffer);
        return new View(buffer);
    }
}
