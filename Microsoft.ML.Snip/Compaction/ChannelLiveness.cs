using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Compaction;

/// <summary>A channel of a layer's output, or of the network's input.</summary>
internal readonly record struct ChannelOf(string Name, int Channel)
{
    /// <summary>The concatenated channels of all inputs of a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="countOf">How many channels an input has.</param>
    public static IEnumerable<ChannelOf> Join(Layer layer, Func<string, int> countOf) =>
        layer.Inputs.SelectMany(input => Enumerable.Range(0, countOf(input)).Select(channel => new ChannelOf(input, channel)));
}

/// <summary>
/// Liveness: the channels whose values the logits depend on. A layer with parameters does not read constant channels that its biases can
/// replace. It reads nothing for an output channel that is constant itself: its bias gives that constant.
/// </summary>
internal sealed class ChannelLiveness : IChannelRuleVisitor<IEnumerable<ChannelOf>>
{
    private readonly SparseNetwork _network;
    private readonly ConstantPropagation _constants;
    private readonly Dictionary<string, bool[]> _reads = new(StringComparer.Ordinal);

    public ChannelLiveness(SparseNetwork network, ConstantPropagation constants)
    {
        _network = network;
        _constants = constants;
        NetworkDefinition definition = network.Definition;
        _reads.Add(NetworkDefinition.InputName, new bool[definition.InputShape.Channels]);
        foreach (Layer layer in definition.Layers)
        {
            _reads.Add(layer.Name, new bool[definition.ShapeOf(layer.Name).Channels]);
        }

        Array.Fill(_reads[definition.Layers[^1].Name], true);
        foreach (Layer layer in definition.Layers.Reverse())
        {
            foreach ((string input, int channel) in definition.ChannelRuleOf(layer).Accept(this))
            {
                _reads[input][channel] = true;
            }
        }
    }

    /// <summary>For each channel of a layer's output, or of the network's input, whether it is read.</summary>
    public bool[] Of(string name) => _reads[name];

    /// <summary>
    /// Whether a layer with parameters has to compute a channel: the channel is read, and is not a constant that a bias can replace.
    /// </summary>
    public bool IsComputed(string name, int channel) => _reads[name][channel] && _constants.Of(name)[channel] is null;

    public IEnumerable<ChannelOf> Visit(WeightedChannels rule) =>
        ReadBy(_constants.InputConnections(rule), ComputedChannels(rule.Layer), rule.Layer.Input);

    public IEnumerable<ChannelOf> Visit(RecurrentChannels rule)
    {
        MarkStates(rule.Layer);
        IEnumerable<int> rows = ComputedChannels(rule.Layer).SelectMany(unit => RowsOf(rule.Layer, unit));
        return ReadBy(_constants.InputConnections(rule.Layer), rows, rule.Layer.Input);
    }

    public IEnumerable<ChannelOf> Visit(ScaledChannels rule) =>
        ComputedChannels(rule.Layer).Select(channel => new ChannelOf(rule.Layer.Input, channel));

    public IEnumerable<ChannelOf> Visit(SeparateChannels rule) =>
        ReadChannels(rule.Layer).Select(channel => new ChannelOf(rule.Layer.Input, channel / rule.Spread));

    public IEnumerable<ChannelOf> Visit(PairedChannels rule) =>
        rule.Layer.Inputs.SelectMany(input => ReadChannels(rule.Layer).Select(channel => new ChannelOf(input, channel)));

    public IEnumerable<ChannelOf> Visit(JoinedChannels rule)
    {
        ChannelOf[] sources = [.. ChannelOf.Join(rule.Layer, input => _reads[input].Length)];
        return ReadChannels(rule.Layer).Select(channel => sources[channel]);
    }

    public IEnumerable<ChannelOf> Visit(OpaqueChannels rule) =>
        rule.Layer.Inputs.SelectMany(input => Enumerable.Range(0, _reads[input].Length).Select(channel => new ChannelOf(input, channel)));

    private static IEnumerable<ChannelOf> ReadBy(Connections connections, IEnumerable<int> rows, string input) =>
        rows.SelectMany(connections.ChannelsReadBy).Select(channel => new ChannelOf(input, channel));

    /// <summary>Marks every unit whose state a computed unit reads, directly or through other units.</summary>
    private void MarkStates(RecurrentLayer layer)
    {
        var states = new Connections(_network.Weights[$"{layer.Name}.weight_hh_l0"], KernelReach.Single, _constants.Of(layer.Name));
        bool[] reads = _reads[layer.Name];
        var pending = new Stack<int>(ComputedChannels(layer));
        while (pending.TryPop(out int unit))
        {
            foreach (int other in RowsOf(layer, unit).SelectMany(states.ChannelsReadBy))
            {
                if (!reads[other])
                {
                    reads[other] = true;
                    pending.Push(other);
                }
            }
        }
    }

    private IEnumerable<int> ComputedChannels(Layer layer) =>
        Enumerable.Range(0, _reads[layer.Name].Length).Where(channel => IsComputed(layer.Name, channel));

    private IEnumerable<int> ReadChannels(Layer layer) =>
        Enumerable.Range(0, _reads[layer.Name].Length).Where(channel => _reads[layer.Name][channel]);

    private static IEnumerable<int> RowsOf(RecurrentLayer layer, int unit) =>
        Enumerable.Range(0, layer.Gates).Select(gate => (gate * layer.Units) + unit);
}
