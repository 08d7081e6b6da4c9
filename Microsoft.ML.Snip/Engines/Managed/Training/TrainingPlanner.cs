using Microsoft.ML.Snip.Engines.Managed.Training.Operators;
using Microsoft.ML.Snip.Engines.Managed.Training.Parameters;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Vectors;
using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Engines.Managed.Training;

/// <summary>
/// Turns a network that <see cref="TrainingCoverage"/> covers into operators. Each of its layers has one input and one reader, so its
/// layers are a chain. A ReLU is fused into the fully connected layer before it.
/// </summary>
internal sealed class TrainingPlanner<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly SparseNetwork _network;
    private readonly RandomStreams _random;
    private readonly int _maxLanes;
    private readonly ParameterSet _parameters = new();
    private readonly List<TrainingOperator> _operators = [];
    private readonly List<ITrainableWeight> _weights = [];
    private Signal _current;

    private TrainingPlanner(SparseNetwork network, RandomStreams random, int maxLanes)
    {
        (_network, _random, _maxLanes) = (network, random, maxLanes);
        _current = new Signal(network.Definition.InputShape.Count, maxLanes, hasGradient: false);
    }

    /// <param name="network">The network with its initial weights.</param>
    /// <param name="random">The random numbers for dropout.</param>
    /// <param name="maxLanes">The largest number of images side by side.</param>
    public static TrainingPlan Build(SparseNetwork network, RandomStreams random, int maxLanes) =>
        new TrainingPlanner<TSimd, TVector>(network, random, maxLanes).Build();

    private TrainingPlan Build()
    {
        Signal input = _current;
        IReadOnlyList<Layer> layers = _network.Definition.Layers;
        for (int index = 0; index < layers.Count; index++)
        {
            switch (layers[index])
            {
                case Flatten:
                    break;
                case Linear linear:
                    bool rectify = index + 1 < layers.Count && layers[index + 1] is ReLU;
                    Append(linear, rectify);
                    index += rectify ? 1 : 0;
                    break;
                case ReLU:
                    Append((from, to) => new TrainableReLU<TSimd, TVector>(from, to));
                    break;
                case Dropout dropout:
                    Append((from, to) => new TrainableDropout<TSimd, TVector>(
                        from, to, dropout.Rate, _random.Create($"dropout of {dropout.Name}"), _maxLanes));
                    break;
                default:
                    throw new NotSupportedException($"Layer '{layers[index].Name}' cannot be trained by the managed engine.");
            }
        }

        _parameters.Allocate();
        foreach (ITrainableWeight weight in _weights)
        {
            weight.Write(_parameters.Values, _network.Weights[weight.Range.Name].Value);
        }

        foreach (ParameterRange range in _parameters.Ranges)
        {
            if (_network.Vectors.TryGetValue(range.Name, out float[]? vector))
            {
                vector.CopyTo(_parameters.ValuesOf(range));
            }
        }

        return new TrainingPlan([.. _operators], _parameters, [.. _weights], input, _current);
    }

    private void Append(Linear layer, bool rectify)
    {
        SparsePattern pattern = _network.Weights[$"{layer.Name}.weight"].Pattern;
        ParameterRange weight = _parameters.Reserve($"{layer.Name}.weight", pattern.KeptCount);
        ParameterRange? bias = layer.Bias ? _parameters.Reserve($"{layer.Name}.bias", layer.Units) : null;
        var output = new Signal(layer.Units, _maxLanes, hasGradient: true);
        var operation = new TrainableLinear<TSimd, TVector>(_current, output, _parameters, weight, bias, pattern, rectify);
        _operators.Add(operation);
        _weights.Add(operation);
        _current = output;
    }

    private void Append(Func<Signal, Signal, TrainingOperator> create)
    {
        var output = new Signal(_current.Count, _maxLanes, hasGradient: _current.Gradients is not null);
        _operators.Add(create(_current, output));
        _current = output;
    }
}
