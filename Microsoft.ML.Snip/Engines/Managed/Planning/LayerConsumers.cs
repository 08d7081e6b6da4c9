using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Engines.Managed.Planning;

/// <summary>The layers that are fused into an operator, after its own layer.</summary>
/// <param name="Layers">Their names, in order.</param>
/// <param name="Residual">The layer whose output is added, if any.</param>
/// <param name="Rectify">Whether the last fused layer is a ReLU.</param>
internal readonly record struct FusedTail(List<string> Layers, string? Residual, bool Rectify);

/// <summary>The layers that read each layer's output.</summary>
internal sealed class LayerConsumers
{
    private readonly ILookup<string, Layer> _readers;

    public LayerConsumers(NetworkDefinition network) =>
        _readers = network.Layers.SelectMany(layer => layer.Inputs, (layer, input) => (layer, input)).ToLookup(
            pair => pair.input, pair => pair.layer, StringComparer.Ordinal);

    /// <summary>The layers after this one that can be fused into its operator: each is the only reader of the layer before it.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="isComputed">Whether a layer's output is already computed when the operator runs.</param>
    public FusedTail TailOf(Layer layer, Func<string, bool> isComputed)
    {
        var tail = new FusedTail([], null, false);
        bool canAdd = layer is Conv2d;
        bool canRectify = layer is Conv2d or Linear or BatchNorm or MaxPool or AvgPool or Add;
        for (Layer? next = FindOnly(layer); next != null && canRectify && !tail.Rectify; next = FindOnly(next))
        {
            switch (next)
            {
                case Dropout:
                    break;
                case ReLU:
                    tail = tail with { Rectify = true };
                    break;
                case Add add when canAdd && tail.Residual == null && Other(add) is { } other && isComputed(other):
                    tail = tail with { Residual = other };
                    break;
                default:
                    return tail;
            }

            tail.Layers.Add(next.Name);

            string Other(Add add) => add.First == layer.Name || tail.Layers.Contains(add.First) ? add.Second : add.First;
        }

        return tail;
    }

    /// <summary>The only layer that reads a layer's output; null if there are more, or none.</summary>
    public Layer? FindOnly(Layer layer)
    {
        using IEnumerator<Layer> readers = _readers[layer.Name].GetEnumerator();
        if (!readers.MoveNext())
        {
            return null;
        }

        Layer first = readers.Current;
        return readers.MoveNext() ? null : first;
    }
}
