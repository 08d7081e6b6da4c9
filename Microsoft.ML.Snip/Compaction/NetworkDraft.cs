using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Compaction;

/// <summary>A network from which layers are removed; the shapes of the remaining layers' outputs do not change.</summary>
internal sealed class NetworkDraft(SparseNetwork network)
{
    private readonly NetworkDefinition _original = network.Definition;
    private readonly List<Layer> _layers = [.. network.Definition.Layers];

    public IReadOnlyList<Layer> Layers => _layers;

    /// <summary>Weight matrices by parameter name.</summary>
    public Dictionary<string, SparseMatrix> Weights { get; } = new(network.Weights, StringComparer.Ordinal);

    /// <summary>All other parameters by name.</summary>
    public Dictionary<string, float[]> Vectors { get; } = new(network.Vectors, StringComparer.Ordinal);

    /// <summary>The shape of a layer's output, or of the network's input.</summary>
    public TensorShape ShapeOf(string name) => _original.ShapeOf(name);

    /// <summary>How a layer's output channels depend on its input channels.</summary>
    public ChannelRule RuleOf(Layer layer) => layer.GetChannelRule([.. layer.Inputs.Select(ShapeOf)]);

    /// <summary>The layer of that name; null for the network's input.</summary>
    public Layer? Find(string name) => _layers.Find(layer => layer.Name == name);

    /// <summary>The only layer that reads the given layer's output; null if no layer does, several do, or one reads it twice.</summary>
    public Layer? FindSoleReader(string name)
    {
        Layer[] readers = [.. _layers.Where(layer => layer.Inputs.Contains(name))];
        return readers is [{ Inputs.Length: 1 }] ? readers[0] : null;
    }

    public void Replace(Layer layer, Layer by) => _layers[_layers.IndexOf(layer)] = by;

    /// <summary>Removes a layer; the layers that read its output read its input instead.</summary>
    public void Remove(SingleInputLayer removed)
    {
        _layers.Remove(removed);
        for (int index = 0; index < _layers.Count; index++)
        {
            if (_layers[index].Inputs.Contains(removed.Name))
            {
                _layers[index] = _layers[index].WithInputs([.. _layers[index].Inputs.Select(Redirect)]);
            }
        }

        foreach (NetworkParameter parameter in _original.Parameters.Where(parameter => parameter.Layer == removed.Name))
        {
            Weights.Remove(parameter.Name);
            Vectors.Remove(parameter.Name);
        }

        string Redirect(string input) => input == removed.Name ? removed.Input : input;
    }

    public SparseNetwork ToNetwork() => new(new NetworkDefinition(_original.Name, _original.InputShape, _layers), Weights, Vectors);
}
