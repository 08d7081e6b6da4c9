using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Compaction;

/// <summary>
/// The channels that have one value whatever the picture, at every position and step: those that no connection reaches, and what follows from them.
/// </summary>
internal sealed class ChannelConstants
{
    private readonly SparseNetwork _network;
    private readonly Dictionary<string, double?[]> _constants = new(StringComparer.Ordinal);

    public ChannelConstants(SparseNetwork network)
    {
        _network = network;
        NetworkDefinition definition = network.Definition;
        _constants.Add(NetworkDefinition.InputName, new double?[definition.InputShape.Channels]);
        foreach (Layer layer in definition.Layers)
        {
            _constants.Add(layer.Name, Infer(layer));
        }
    }

    /// <summary>For each channel of a layer's output, or of the network's input, its constant value; null if it varies.</summary>
    public double?[] Of(string name) => _constants[name];

    /// <summary>The connections of a layer from its input.</summary>
    public Connections InputConnections(SingleInputLayer layer, string weight) =>
        new(_network.Weights[$"{layer.Name}.{weight}"], KernelReach.Of(layer, _network.Definition), Of(layer.Input));

    private double?[] Infer(Layer layer) => layer switch
    {
        Conv2d or Linear => InferAffine((SingleInputLayer)layer),
        BatchNorm norm => InferNorm(norm),
        RecurrentLayer recurrent => RecurrentZeros.Find(recurrent, _network, InputConnections(recurrent, "weight_ih_l0")),
        Add add => [.. Of(add.First).Zip(Of(add.Second), (first, second) => first + second)],
        ReLU relu => [.. Of(relu.Input).Select(constant => constant is double value ? Math.Max(value, 0) : (double?)null)],
        SingleInputLayer passing => Spread(Of(passing.Input), ChannelSpread.Of(passing, _network.Definition.ShapeOf(passing.Input))),
        _ => new double?[_network.Definition.ShapeOf(layer.Name).Channels],
    };

    private double?[] InferAffine(SingleInputLayer layer)
    {
        Connections connections = InputConnections(layer, "weight");
        float[]? bias = _network.Vectors.GetValueOrDefault($"{layer.Name}.bias");
        var constants = new double?[_network.Definition.ShapeOf(layer.Name).Channels];
        for (int unit = 0; unit < constants.Length; unit++)
        {
            constants[unit] = connections.Transmitting(unit).Any() ? null : (bias?[unit] ?? 0) + connections.SumOfConstants(unit);
        }

        return constants;
    }

    /// <summary>A gain of 0 makes any channel constant.</summary>
    private double?[] InferNorm(BatchNorm norm)
    {
        ChannelAffine affine = ChannelAffine.Of(norm, _network.Vectors);
        return [.. Of(norm.Input).Select((constant, channel) => affine.Scale[channel] == 0
            ? affine.Shift[channel]
            : (constant * affine.Scale[channel]) + affine.Shift[channel])];
    }

    private static double?[] Spread(double?[] constants, int spread) =>
        spread == 1 ? constants : [.. constants.SelectMany(constant => Enumerable.Repeat(constant, spread))];
}
