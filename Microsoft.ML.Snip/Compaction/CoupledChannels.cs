using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Compaction;

/// <summary>
/// Coupled channel groups: which channels stay. Layers without weights, batch norms and sums tie channels together: the channel that goes
/// into a ReLU and the one that comes out, both terms and the sum, a map's channel and its elements once it is flattened. Tied channels
/// stay or go together; they stay if any is read. All channels of the input stay, and at least one of every layer.
/// </summary>
internal sealed class CoupledChannels : IChannelRuleVisitor<IEnumerable<(int Output, ChannelOf Input)>>
{
    private readonly NetworkDefinition _definition;
    private readonly Dictionary<string, int> _first = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int[]> _kept = new(StringComparer.Ordinal);
    private readonly int[] _parent;

    /// <summary>What keeps all its channels.</summary>
    private readonly HashSet<string> _whole = new(StringComparer.Ordinal) { NetworkDefinition.InputName };

    public CoupledChannels(NetworkDefinition definition, ChannelLiveness reads)
    {
        _definition = definition;
        string[] names = [NetworkDefinition.InputName, .. definition.Layers.Select(layer => layer.Name)];
        int count = 0;
        foreach (string name in names)
        {
            _first.Add(name, count);
            count += definition.ShapeOf(name).Channels;
        }

        _parent = [.. Enumerable.Range(0, count)];
        foreach (Layer layer in definition.Layers)
        {
            foreach ((int output, (string input, int channel)) in definition.ChannelRuleOf(layer).Accept(this))
            {
                _parent[RootOf(layer.Name, output)] = RootOf(input, channel);
            }
        }

        var stays = new bool[count];
        foreach (string name in names)
        {
            bool[] read = reads.Of(name);
            for (int channel = 0; channel < read.Length; channel++)
            {
                stays[RootOf(name, channel)] |= read[channel] || _whole.Contains(name);
            }
        }

        foreach (string name in names)
        {
            stays[RootOf(name, 0)] |= !ChannelsOf(name).Any(channel => stays[RootOf(name, channel)]);
        }

        foreach (string name in names)
        {
            _kept.Add(name, [.. ChannelsOf(name).Where(channel => stays[RootOf(name, channel)])]);
        }
    }

    /// <summary>The channels of a layer's output, or of the network's input, that stay, ascending.</summary>
    public int[] Of(string name) => _kept[name];

    private IEnumerable<int> ChannelsOf(string name) => Enumerable.Range(0, _definition.ShapeOf(name).Channels);

    public IEnumerable<(int Output, ChannelOf Input)> Visit(WeightedChannels rule) => [];

    public IEnumerable<(int Output, ChannelOf Input)> Visit(RecurrentChannels rule) => [];

    public IEnumerable<(int Output, ChannelOf Input)> Visit(ScaledChannels rule) => Tie(rule.Layer.Name, rule.Layer.Input, spread: 1);

    public IEnumerable<(int Output, ChannelOf Input)> Visit(SeparateChannels rule) => Tie(rule.Layer.Name, rule.Layer.Input, rule.Spread);

    public IEnumerable<(int Output, ChannelOf Input)> Visit(PairedChannels rule) =>
        rule.Layer.Inputs.SelectMany(input => Tie(rule.Layer.Name, input, spread: 1));

    public IEnumerable<(int Output, ChannelOf Input)> Visit(JoinedChannels rule) =>
        ChannelOf.Join(rule.Layer, input => _definition.ShapeOf(input).Channels).Select((source, channel) => (channel, source));

    public IEnumerable<(int Output, ChannelOf Input)> Visit(OpaqueChannels rule)
    {
        _whole.Add(rule.Layer.Name);
        _whole.UnionWith(rule.Layer.Inputs);
        return [];
    }

    private IEnumerable<(int Output, ChannelOf Input)> Tie(string output, string input, int spread) =>
        ChannelsOf(output).Select(channel => (channel, new ChannelOf(input, channel / spread)));

    private int RootOf(string name, int channel)
    {
        int element = _first[name] + channel;
        while (_parent[element] != element)
        {
            // Halving the path keeps the next search short.
            element = _parent[element] = _parent[_parent[element]];
        }

        return element;
    }
}
