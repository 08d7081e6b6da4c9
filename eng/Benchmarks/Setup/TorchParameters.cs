using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Sparse;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Benchmarks.Setup;

/// <summary>Parameters between arrays and TorchSharp.</summary>
internal static class TorchParameters
{
    /// <summary>A module in evaluation mode with a network's weights, the cut ones 0.</summary>
    public static TorchNetwork Load(SparseNetwork network)
    {
        var module = new TorchNetwork(network.Definition);
        Copy(module, network.Definition.Parameters.ToDictionary(
            parameter => parameter.Name,
            parameter => parameter.Role == ParameterRole.Weight ? network.Weights[parameter.Name].ToDense() : network.Vectors[parameter.Name]));
        module.eval();
        return module;
    }

    /// <summary>Sets parameters from arrays.</summary>
    public static void Copy(TorchNetwork module, Dictionary<string, float[]> values)
    {
        using IDisposable scope = no_grad();
        Dictionary<string, Tensor> tensors = module.NamedTensors();
        foreach (Parameter parameter in module.Definition.Parameters)
        {
            using Tensor source = tensor(values[parameter.Name], [.. parameter.Shape.Select(size => (long)size)]);
            tensors[parameter.Name].copy_(source);
        }
    }
}
