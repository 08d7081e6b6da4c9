using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Compaction;

/// <summary>
/// Coupled channel groups: decides which channels are kept. Layers without weights, batch norms and sums couple channels: the input and
/// output channel of a ReLU, both terms and their sum, a feature map's channel and its elements after flattening. Coupled channels are kept
/// or removed together; they are kept if any of them is read. All channels of the network's input are kept, and at least one of every
/// layer.
/// </summary>
internal sealed class CoupledChannels : IChannelRuleVisitor<IEnumerable<(int Output, ChannelOf Input)>>
{
    private readonly NetworkDefinition _definition;
    private readonly Dictionary<string, int> _first = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int[]> _kept = new(StringComparer.Ordinal);
    private readonly int[] _parent;

    /// <summary>The tensors that keep all their channels.</summary>
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

        var isKept = new bool[count];
        foreach (string name in names)
        {
            bool[] read = reads.Of(name);
            for (int channel = 0; channel < read.Length; channel++)
            {
                isKept[RootOf(name, channel)] |= read[channel] || _whole.Contains(name);
            }
        }

        foreach (string name in names)
        {
            isKept[RootOf(name, 0)] |= !ChannelsOf(name).Any(channel => isKept[RootOf(name, channel)]);
        }

        foreach (string name in names)
        {
            _kept.Add(name, [.. ChannelsOf(name).Where(channel => isKept[RootOf(name, channel)])]);
        }
    }

    /// <summary>The kept channels of a layer's output, or of the network's input, in ascending order.</summary>
    public int[] Of(string name) => _kept[name];

    private IEnumerable<int> ChannelsOf(string name) => Enumerable.Range(0, _definition.ShapeOf(name).Channels);

    public IEnumerable<(int Output, ChannelOf Input)> Visit(WeightedChannels rule) => [];

    public IEnumerable<(int Output, ChannelOf Input)> Visit(RecurrentChannels rule) => [];

    public IEnumerable<(int Output, ChannelOf Input)> Visit(ScaledChannels rule) => Couple(rule.Layer.Name, rule.Layer.Input, spread: 1);

    public IEnumerable<(int Output, ChannelOf Input)> Visit(SeparateChannels rule) =>
        Couple(rule.Layer.Name, rule.Layer.Input, rule.Spread);

    public IEnumerable<(int Output, ChannelOf Input)> Visit(PairedChannels rule) =>
        rule.Layer.Inputs.SelectMany(input => Couple(rule.Layer.Name, input, spread: 1));

    public IEnumerable<(int Output, ChannelOf Input)> Visit(JoinedChannels rule) =>
        ChannelOf.Join(rule.Layer, input => _definition.ShapeOf(input).Channels).Select((source, channel) => (channel, source));

    public IEnumerable<(int Output, ChannelOf Input)> Visit(OpaqueChannels rule)
    {
        _whole.Add(rule.Layer.Name);
        _whole.UnionWith(rule.Layer.Inputs);
        return [];
    }

    private IEnumerable<(int Output, ChannelOf Input)> Couple(string output, string input, int spread) =>
        ChannelsOf(output).Select(channel => (channel, new ChannelOf(input, channel / spread)));

    private int RootOf(string name, int channel)
    {
        int element = _first[name] + channel;
        while (_parent[element] != element)
        {
            // Path halving keeps later searches short.
            element = _parent[element] = _parent[_parent[element]];
        }

        return element;
    }
}
