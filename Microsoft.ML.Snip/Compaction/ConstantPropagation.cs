using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Compaction;

/// <summary>
/// Constant propagation: finds the channels that have the same value for every image, at every position and step. They are the channels
/// without input connections, and those that depend on constant channels only.
/// </summary>
internal sealed class ConstantPropagation : IChannelRuleVisitor<double?[]>
{
    private readonly SparseNetwork _network;
    private readonly NetworkDefinition _definition;
    private readonly Dictionary<string, double?[]> _constants = new(StringComparer.Ordinal);

    public ConstantPropagation(SparseNetwork network)
    {
        _network = network;
        _definition = network.Definition;
        _constants.Add(NetworkDefinition.InputName, new double?[_definition.InputShape.Channels]);
        foreach (Layer layer in _definition.Layers)
        {
            _constants.Add(layer.Name, _definition.ChannelRuleOf(layer).Accept(this));
        }
    }

    /// <summary>For each channel of a layer's output, or of the network's input, its constant value; null if it varies.</summary>
    public double?[] Of(string name) => _constants[name];

    /// <summary>The connections of a layer from its input.</summary>
    public Connections InputConnections(WeightedChannels rule) =>
        new(_network.Weights[$"{rule.Layer.Name}.weight"], KernelReach.Of(rule, _definition), Of(rule.Layer.Input));

    /// <summary>The connections of a recurrent layer from its input.</summary>
    public Connections InputConnections(RecurrentLayer layer) =>
        new(_network.Weights[$"{layer.Name}.weight_ih_l0"], KernelReach.Single, Of(layer.Input));

    public double?[] Visit(WeightedChannels rule)
    {
        Connections connections = InputConnections(rule);
        float[]? bias = _network.Vectors.GetValueOrDefault($"{rule.Layer.Name}.bias");
        return [.. Enumerable.Range(0, _definition.ShapeOf(rule.Layer.Name).Channels).Select(
            unit => connections.Transmitting(unit).Any() ? (double?)null : (bias?[unit] ?? 0) + connections.SumOfConstants(unit))];
    }

    public double?[] Visit(RecurrentChannels rule) => RecurrentZeros.Find(rule.Layer, _network, InputConnections(rule.Layer));

    /// <summary>A scale of 0 makes a channel constant.</summary>
    public double?[] Visit(ScaledChannels rule)
    {
        ChannelAffine affine = ChannelAffine.Of(rule.Layer, _network.Vectors);
        return [.. Of(rule.Layer.Input).Select((constant, channel) => affine.Scale[channel] == 0
            ? affine.Shift[channel]
            : (constant * affine.Scale[channel]) + affine.Shift[channel])];
    }

    public double?[] Visit(SeparateChannels rule) =>
    [
        .. Of(rule.Layer.Input).SelectMany(
            constant => Enumerable.Repeat(constant is { } value ? rule.OfConstant(value) : (double?)null, rule.Spread)),
    ];

    public double?[] Visit(PairedChannels rule) => [.. Of(rule.Layer.Inputs[0]).Zip(Of(rule.Layer.Inputs[1]), rule.OfConstants)];

    public double?[] Visit(JoinedChannels rule) => [.. rule.Layer.Inputs.SelectMany(Of)];

    public double?[] Visit(OpaqueChannels rule) => new double?[_definition.ShapeOf(rule.Layer.Name).Channels];
}
