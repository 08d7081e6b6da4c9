using Microsoft.ML.Snip.Networks.Conversion;
using Sequential = TorchSharp.Modules.Sequential;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip;

/// <content>Weights from TorchSharp modules.</content>
public sealed partial class NetworkWeights
{
    /// <summary>
    /// Copies the weights of a module, with the parameter names of the network that <see cref="NetworkDefinition.FromModule"/> creates.
    /// </summary>
    /// <param name="module">The module; it is not changed, and may be on any device.</param>
    /// <exception cref="ArgumentException">A module occurs twice in the Sequential, or a GroupNorm was not initialised.</exception>
    public static NetworkWeights FromModule(Sequential module)
    {
        ArgumentNullException.ThrowIfNull(module);
        if (UninitializedGroupNorm.FindIn(module) is { } mistake)
        {
            throw new ArgumentException(mistake, nameof(module));
        }

        var values = new Dictionary<string, float[]>(StringComparer.Ordinal);
        using var scope = NewDisposeScope();
        foreach (SequentialEntry entry in SequentialEntry.List(module))
        {
            IEnumerable<(string Name, Tensor Tensor)> tensors = entry.Module.named_parameters().Select(
                pair => (pair.name, (Tensor)pair.parameter))
                .Concat(entry.Module.named_buffers().Select(pair => (pair.name, pair.buffer)))
                .Where(pair => pair.Item2.is_floating_point()); // A batch norm's counter of batches is not a parameter of a network.
            foreach ((string name, Tensor tensor) in tensors)
            {
                values.Add($"{entry.LayerName}.{name}", tensor.detach().to(float32).cpu().contiguous().data<float>().ToArray());
            }
        }

        return new NetworkWeights(values);
    }
}
