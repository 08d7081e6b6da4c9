using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Compaction;

/// <summary>
/// The channels whose values the logits depend on. A layer with parameters does not read the constant channels that its biases can stand for, and
/// reads nothing for an output that is constant itself: it gives that one by its bias.
/// </summary>
internal sealed class ChannelReads
{
    private readonly SparseNetwork _network;
    private readonly ChannelConstants _constants;
    private readonly Dictionary<string, bool[]> _reads = new(StringComparer.Ordinal);

    public ChannelReads(SparseNetwork network, ChannelConstants constants)
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
            MarkInputs(layer);
        }
    }

    /// <summary>For each channel of a layer's output, or of the network's input, whether it is read.</summary>
    public bool[] Of(string name) => _reads[name];

    /// <summary>Whether a layer with parameters has to compute a channel: it is read, and is no constant that a bias can stand for.</summary>
    public bool IsComputed(string name, int channel) => _reads[name][channel] && _constants.Of(name)[channel] is null;

    private void MarkInputs(Layer layer)
    {
        bool[] reads = _reads[layer.Name];
        switch (layer)
        {
            case Conv2d or Linear:
                MarkRows((SingleInputLayer)layer, "weight", ComputedChannels(layer));
                break;
            case RecurrentLayer recurrent:
                MarkStates(recurrent);
                MarkRows(recurrent, "weight_ih_l0", ComputedChannels(recurrent).SelectMany(unit => RowsOf(recurrent, unit)));
                break;
            case BatchNorm norm:
                MarkAll(norm.Input, ComputedChannels(norm));
                break;
            default:
                foreach (string input in layer.Inputs)
                {
                    int spread = ChannelSpread.Of(layer, _network.Definition.ShapeOf(input));
                    MarkAll(input, Enumerable.Range(0, reads.Length).Where(channel => reads[channel]).Select(channel => channel / spread));
                }

                break;
        }
    }

    /// <summary>A unit of the state that a computed unit reads is computed too, and so on.</summary>
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

    private void MarkRows(SingleInputLayer layer, string weight, IEnumerable<int> rows)
    {
        Connections connections = _constants.InputConnections(layer, weight);
        MarkAll(layer.Input, rows.SelectMany(connections.ChannelsReadBy));
    }

    private void MarkAll(string name, IEnumerable<int> channels)
    {
        bool[] reads = _reads[name];
        foreach (int channel in channels)
        {
            reads[channel] = true;
        }
    }

    private IEnumerable<int> ComputedChannels(Layer layer) =>
        Enumerable.Range(0, _reads[layer.Name].Length).Where(channel => IsComputed(layer.Name, channel));

    private static IEnumerable<int> RowsOf(RecurrentLayer layer, int unit) =>
        Enumerable.Range(0, layer.Gates).Select(gate => (gate * layer.Units) + unit);
}
