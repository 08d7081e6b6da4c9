using Microsoft.ML.Snip.Engines.Managed.Planning;
using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Engines.Managed.Training.Operators;
using Microsoft.ML.Snip.Engines.Managed.Training.Operators.Convolution;
using Microsoft.ML.Snip.Engines.Managed.Training.Operators.Normalization;
using Microsoft.ML.Snip.Engines.Managed.Training.Operators.Recurrent;
using Microsoft.ML.Snip.Engines.Managed.Training.Parameters;
using Microsoft.ML.Snip.Engines.Managed.Training.Plans;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Vectors;
using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Planning;

/// <summary>
/// Turns a network that <see cref="TrainingCoverage"/> covers into operators. A ReLU is fused into the operator before it if nothing else
/// reads that operator's output.
/// </summary>
internal sealed class TrainingPlanner<TSimd, TVector> : ILayerVisitor<Signal>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly SparseNetwork _network;
    private readonly NetworkDefinition _definition;
    private readonly RandomStreams _random;
    private readonly int _maxBlocks;
    private readonly LayerConsumers _readers;
    private readonly ParameterSet _parameters = new();
    private readonly List<TrainingOperator> _operators = [];
    private readonly List<(int End, IBatchStatistics Statistics)> _ends = [];
    private readonly IReadOnlyDictionary<string, bool[]>? _isComputed;
    private readonly List<WeightParameter> _weights = [];
    private readonly Dictionary<string, float[]> _statistics = new(StringComparer.Ordinal);
    private readonly List<ActivationBuffer> _buffers = [];
    private readonly Dictionary<string, Signal> _signals = new(StringComparer.Ordinal);

    private TrainingPlanner(SparseNetwork network, RandomStreams random, int maxBlocks, bool fixedMask)
    {
        (_network, _definition, _random, _maxBlocks) = (network, network.Definition, random, maxBlocks);
        _isComputed = fixedMask ? ReadUnits.FindWeights(network) : null;
        _readers = new LayerConsumers(_definition);
    }

    /// <param name="network">The network with its initial weights.</param>
    /// <param name="random">The random numbers for dropout.</param>
    /// <param name="batch">How a batch is split into blocks.</param>
    /// <param name="settings">The training settings. If the mask does not change, weights that nothing reads are not computed with.</param>
    public static TrainingPlan Build(SparseNetwork network, RandomStreams random, BatchSplit batch, TrainingSettings settings) =>
        new TrainingPlanner<TSimd, TVector>(network, random, batch.MaxBlocks, fixedMask: settings.DropFraction == 0).Build(
            batch, settings.Optimizer.HasMeanSquares());

    private TrainingPlan Build(BatchSplit batch, bool hasMeanSquares)
    {
        var input = new Signal(_definition.InputShape.Count, new View(NewBuffer(_definition.InputShape.Count, time: -1)), isTrained: false);
        _signals.Add(NetworkDefinition.InputName, input);
        foreach (Layer layer in _definition.Layers)
        {
            if (!_signals.ContainsKey(layer.Name))
            {
                _signals.Add(layer.Name, layer.Accept(this));
            }
        }

        Signal logits = _signals[_definition.Layers[^1].Name];
        GradientPlanner.Plan(_operators, logits, NewBuffer);
        _parameters.Allocate(batch.MaxParts, hasMeanSquares);
        foreach (WeightParameter weight in _weights)
        {
            weight.Write(_parameters.Values, _network.Weights[weight.Name].Value);
        }

        ParameterRange[] vectors = [.. _parameters.Ranges.Where(range => _network.Vectors.ContainsKey(range.Name))];
        foreach (ParameterRange range in vectors)
        {
            _network.Vectors[range.Name].CopyTo(_parameters.ValuesOf(range));
        }

        return new TrainingPlan(
            [.. Segments()], _parameters, [.. _weights], vectors, _statistics, new Source(input), new Target(logits),
            BufferAllocator.Place(_buffers), batch.MaxLanes);
    }

    public Signal Visit(Conv2d layer)
    {
        SparsePattern pattern = ComputedPattern($"{layer.Name}.weight");
        ParameterRange weight = _parameters.Reserve($"{layer.Name}.weight", pattern.KeptCount);
        ParameterRange? bias = Bias(layer, layer.Bias, layer.Filters);
        return Append(layer, (input, output, rectify) =>
        {
            var operation = new TrainableConvolution<TSimd, TVector>(
                input, output, layer, InputOf(layer), _definition.ShapeOf(layer.Name), _parameters, weight, bias, pattern, rectify);
            AddWeight(operation);
            return operation;
        });
    }

    public Signal Visit(Linear layer) => Append(layer, (input, output, rectify) =>
    {
        TrainableMatrix<TSimd, TVector> matrix = Matrix(layer, "weight", input.Signal.IsTrained);
        int steps = InputOf(layer).Kind == TensorKind.Sequence ? InputOf(layer).Height : 1;
        return new TrainableLinear<TSimd, TVector>(
            input, output, _parameters, matrix, Bias(layer, layer.Bias, layer.Units), steps, rectify);
    });

    public Signal Visit(BatchNorm layer)
    {
        TensorShape shape = InputOf(layer);
        ParameterRange gamma = _parameters.Reserve($"{layer.Name}.weight", shape.Channels);
        ParameterRange beta = _parameters.Reserve($"{layer.Name}.bias", shape.Channels);
        float[] mean = Statistics($"{layer.Name}.running_mean"), variance = Statistics($"{layer.Name}.running_var");
        var state = new BatchNormState(layer, shape.Channels, _parameters, gamma, beta, mean, variance, _maxBlocks);
        int pixels = shape.Height * shape.Width;
        return Append(layer, (input, output, rectify) =>
        {
            _operators.Add(new BatchNormStatistics<TSimd, TVector>(input, output, state, pixels));
            _ends.Add((_operators.Count, state));
            return new BatchNormScale<TSimd, TVector>(input, output, state, pixels, rectify);
        });
    }

    public Signal Visit(ReLU layer) => Append(layer, (input, output, _) => new TrainableReLU<TSimd, TVector>(input, output));

    public Signal Visit(Activation layer) =>
        Append(layer, (input, output, _) => TrainableFunction<TSimd, TVector>.Create(layer, input, output));

    public Signal Visit(MaxPool layer) => Append(layer, (input, output, _) => new TrainableMaxPool<TSimd, TVector>(
        input, output, InputOf(layer), _definition.ShapeOf(layer.Name), layer));

    public Signal Visit(AvgPool layer) => Append(layer, (input, output, _) => new TrainableAvgPool<TSimd, TVector>(
        input, output, InputOf(layer), _definition.ShapeOf(layer.Name), layer));

    public Signal Visit(GlobalAveragePool layer) => Append(layer, (input, output, _) => new TrainableGlobalAverage<TSimd, TVector>(
        input, output, InputOf(layer).Height * InputOf(layer).Width));

    public Signal Visit(Flatten layer) => _signals[layer.Input];

    public Signal Visit(Dropout layer) => Dropout(layer, layer.Rate, groupLength: 1);

    public Signal Visit(Dropout2d layer) => Dropout(layer, layer.Rate, InputOf(layer).Height * InputOf(layer).Width);

    public Signal Visit(Add layer) => Append(layer, (input, output, rectify) => new TrainableAdd<TSimd, TVector>(
        input, new Source(_signals[layer.Second]), output, rectify));

    public Signal Visit(RowsAsSequence layer) => InputOf(layer).Channels == 1
        ? _signals[layer.Input]
        : Append(layer, (input, output, _) => new TrainableRowsAsSequence<TSimd, TVector>(input, output, InputOf(layer)));

    public Signal Visit(Lstm layer) => Recurrent<TrainableLstmCell>(layer);

    public Signal Visit(Gru layer) => Recurrent<TrainableGruCell>(layer);

    public Signal Visit(LastStep layer) => Append(layer, (input, output, _) => new TrainableLastStep<TSimd, TVector>(input, output));

    public Signal Visit(GroupNorm layer) => throw Uncovered(layer);

    public Signal Visit(LayerNorm layer) => throw Uncovered(layer);

    public Signal Visit(Concat layer) => throw Uncovered(layer);

    public Signal Visit(Multiply layer) => throw Uncovered(layer);

    public Signal Visit(RegisteredModule layer) => throw Uncovered(layer);

    private static NotSupportedException Uncovered(Layer layer) =>
        new($"Layer '{layer.Name}' ({layer.GetType().Name}) cannot be trained by the managed engine.");

    private Signal Dropout(Layer layer, double rate, int groupLength)
    {
        int seed = _random.SeedOf($"dropout of {layer.Name}");
        return Append(layer, (input, output, _) => new TrainableDropout<TSimd, TVector>(input, output, rate, groupLength, seed));
    }

    private Signal Recurrent<TCell>(RecurrentLayer layer)
        where TCell : struct, ITrainableCell => Append(layer, (input, output, _) =>
        {
            TrainableMatrix<TSimd, TVector> ofInput = Matrix(layer, "weight_ih_l0", input.Signal.IsTrained);
            TrainableMatrix<TSimd, TVector> ofState = Matrix(layer, "weight_hh_l0", needsInputGradients: true);
            int rows = TCell.Gates * layer.Units, steps = InputOf(layer).Height;
            ParameterRange inputBias = _parameters.Reserve($"{layer.Name}.bias_ih_l0", rows);
            ParameterRange stateBias = _parameters.Reserve($"{layer.Name}.bias_hh_l0", rows);
            var kept = new View(NewBuffer((long)steps * TCell.KeptParts * layer.Units, _operators.Count));
            return new TrainableRecurrent<TCell, TSimd, TVector>(
                input, output, kept, _parameters, (ofInput, ofState), (inputBias, stateBias), steps, layer.Units);
        });

    /// <summary>Appends the operator of a layer, with the ReLU behind it if it can be fused.</summary>
    /// <returns>The layer's output.</returns>
    private Signal Append(Layer layer, Func<Source, Target, bool, TrainingOperator> create)
    {
        Signal input = _signals[layer.Inputs[0]];
        ReLU? rectifier = layer is Conv2d or Linear or BatchNorm or Add ? _readers.FindOnly(layer) as ReLU : null;
        bool isTrained = layer is Conv2d or Linear or BatchNorm or RecurrentLayer || layer.Inputs.Any(name => _signals[name].IsTrained);
        long count = _definition.ShapeOf(layer.Name).Count;
        var output = new Signal(count, new View(NewBuffer(count, _operators.Count)), isTrained);
        _operators.Add(create(new Source(input), new Target(output), rectifier is not null));
        if (rectifier is not null)
        {
            _signals.Add(rectifier.Name, output);
        }

        return output;
    }

    private IEnumerable<TrainingSegment> Segments()
    {
        int start = 0;
        foreach ((int end, IBatchStatistics statistics) in _ends)
        {
            yield return new TrainingSegment([.. _operators[start..end]], statistics);
            start = end;
        }

        yield return new TrainingSegment([.. _operators[start..]], null);
    }

    private TrainableMatrix<TSimd, TVector> Matrix(Layer layer, string name, bool needsInputGradients)
    {
        var matrix = new TrainableMatrix<TSimd, TVector>(
            _parameters, $"{layer.Name}.{name}", ComputedPattern($"{layer.Name}.{name}"), needsInputGradients);
        AddWeight(matrix);
        return matrix;
    }

    private ParameterRange? Bias(Layer layer, bool hasBias, int count) =>
        hasBias ? _parameters.Reserve($"{layer.Name}.bias", count) : null;

    private float[] Statistics(string name)
    {
        float[] values = [.. _network.Vectors[name]];
        _statistics.Add(name, values);
        return values;
    }

    /// <summary>The kept weights of a parameter that are computed with.</summary>
    private SparsePattern ComputedPattern(string name)
    {
        SparsePattern pattern = _network.Weights[name].Pattern;
        return _isComputed is null ? pattern : pattern.Where(_isComputed[name]);
    }

    private void AddWeight(ITrainableWeight computed)
    {
        string name = computed.Range.Name;
        SparsePattern pattern = _network.Weights[name].Pattern;
        int unread = pattern.KeptCount - computed.Range.Count;
        _weights.Add(new WeightParameter(
            pattern, computed, _isComputed?[name], unread > 0 ? _parameters.Reserve($"{name} (unread)", unread) : null));
    }

    private TensorShape InputOf(Layer layer) => _definition.ShapeOf(layer.Inputs[0]);

    private ActivationBuffer NewBuffer(long count, int time)
    {
        var buffer = new ActivationBuffer(count) { FirstOperator = time, LastOperator = time };
        _buffers.Add(buffer);
        return buffer;
    }
}
