using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Compaction;

/// <summary>
/// Builds the network with the kept channels only. A channel can be kept without being computed, because a channel coupled to it is kept;
/// it becomes its constant, or 0 if it is not read.
/// </summary>
internal sealed class ChannelRewriter(SparseNetwork network, ConstantPropagation constants, ChannelLiveness reads, CoupledChannels kept)
    : IChannelRuleVisitor<Layer>
{
    private readonly Dictionary<string, SparseMatrix> _weights = new(StringComparer.Ordinal);
    private readonly Dictionary<string, float[]> _vectors = new(StringComparer.Ordinal);

    public SparseNetwork Run()
    {
        NetworkDefinition definition = network.Definition;
        Layer[] layers = [.. definition.Layers.Select(layer => definition.ChannelRuleOf(layer).Accept(this))];
        return new SparseNetwork(new NetworkDefinition(definition.Name, definition.InputShape, layers), _weights, _vectors);
    }

    public Layer Visit(WeightedChannels rule) => rule.Resize(kept.Of(rule.Layer.Name).Length, RewriteAffine(rule));

    public Layer Visit(RecurrentChannels rule)
    {
        RewriteRecurrent(rule.Layer);
        return rule.Layer with { Units = kept.Of(rule.Layer.Name).Length };
    }

    public Layer Visit(ScaledChannels rule)
    {
        RewriteNorm(rule.Layer);
        return rule.Layer;
    }

    public Layer Visit(SeparateChannels rule) => rule.Layer;

    public Layer Visit(PairedChannels rule) => rule.Layer;

    public Layer Visit(JoinedChannels rule) => rule.Layer;

    /// <summary>No size changes, so the parameters stay as they are.</summary>
    public Layer Visit(OpaqueChannels rule)
    {
        foreach (NetworkParameter parameter in network.Definition.Parameters.Where(parameter => parameter.Layer == rule.Layer.Name))
        {
            if (parameter.Role == ParameterRole.Weight)
            {
                _weights.Add(parameter.Name, network.Weights[parameter.Name]);
            }
            else
            {
                _vectors.Add(parameter.Name, network.Vectors[parameter.Name]);
            }
        }

        return rule.Layer;
    }

    /// <returns>Whether the layer has a bias.</returns>
    private bool RewriteAffine(WeightedChannels rule)
    {
        SingleInputLayer layer = rule.Layer;
        int[] units = kept.Of(layer.Name);
        int?[] rows = [.. units.Select(unit => reads.IsComputed(layer.Name, unit) ? unit : (int?)null)];
        Connections connections = constants.InputConnections(rule);
        _weights.Add($"{layer.Name}.weight", MatrixSelection.Take(
            network.Weights[$"{layer.Name}.weight"], connections, rows, kept.Of(layer.Input), KernelReach.Of(rule, network.Definition)));

        float[]? oldBias = network.Vectors.GetValueOrDefault($"{layer.Name}.bias");
        float[] bias = [.. units.Select((unit, index) => rows[index] is int row
            ? (float)((oldBias?[row] ?? 0) + connections.SumOfConstants(row))
            : ConstantOf(layer, unit))];
        if (Array.TrueForAll(bias, value => value == 0))
        {
            return false;
        }

        _vectors.Add($"{layer.Name}.bias", bias);
        return true;
    }

    private void RewriteNorm(BatchNorm norm)
    {
        int[] channels = kept.Of(norm.Name);
        Set("weight", channel => 0);
        Set("bias", channel => ConstantOf(norm, channel));
        Set("running_mean", channel => 0);
        Set("running_var", channel => 1);

        void Set(string vector, Func<int, float> otherwise)
        {
            float[] old = network.Vectors[$"{norm.Name}.{vector}"];
            _vectors.Add($"{norm.Name}.{vector}", [.. channels.Select(
                channel => reads.IsComputed(norm.Name, channel) ? old[channel] : otherwise(channel))]);
        }
    }

    /// <summary>
    /// A unit that is not computed gets no connections and zero biases, so it stays at 0, the only constant value that such a unit can
    /// have.
    /// </summary>
    private void RewriteRecurrent(RecurrentLayer layer)
    {
        int[] units = kept.Of(layer.Name);
        int?[] rows = [.. Enumerable.Range(0, layer.Gates).SelectMany(
            gate => units.Select(unit => reads.IsComputed(layer.Name, unit) ? (gate * layer.Units) + unit : (int?)null))];
        Connections inputs = constants.InputConnections(layer);
        SparseMatrix states = network.Weights[$"{layer.Name}.weight_hh_l0"];
        _weights.Add($"{layer.Name}.weight_ih_l0", MatrixSelection.Take(
            network.Weights[$"{layer.Name}.weight_ih_l0"], inputs, rows, kept.Of(layer.Input), KernelReach.Single));
        _weights.Add($"{layer.Name}.weight_hh_l0", MatrixSelection.Take(
            states, new Connections(states, KernelReach.Single, constants.Of(layer.Name)), rows, units, KernelReach.Single));

        float[] inputBias = network.Vectors[$"{layer.Name}.bias_ih_l0"], stateBias = network.Vectors[$"{layer.Name}.bias_hh_l0"];
        _vectors.Add(
            $"{layer.Name}.bias_ih_l0", [.. rows.Select(old => old is int row ? (float)(inputBias[row] + inputs.SumOfConstants(row)) : 0)]);
        _vectors.Add($"{layer.Name}.bias_hh_l0", [.. rows.Select(old => old is int row ? stateBias[row] : 0)]);
    }

    private float ConstantOf(Layer layer, int channel) =>
        reads.Of(layer.Name)[channel] ? (float)(constants.Of(layer.Name)[channel] ?? 0) : 0;
}
