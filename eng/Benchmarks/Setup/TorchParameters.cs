using Microsoft.ML.Snip.Engines.Torch.Modules;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Benchmarks.Setup;

/// <summary>Kept weights as TorchSharp takes them.</summary>
internal static class TorchParameters
{
    /// <summary>
    /// A module in evaluation mode with a network's weights, the cut ones 0. It computes by TorchSharp's own layers with oneDNN, as its
    /// users have them, even where these are wrong: what is right there may be slower, and would flatter whatever it is compared with.
    /// </summary>
    public static TorchNetwork Load(SparseNetwork network)
    {
        var module = new TorchNetwork(network.Definition, form: TorchForm.Plain);
        module.LoadParameters(network.Definition.Parameters.ToDictionary(
            parameter => parameter.Name,
            parameter => parameter.Role == ParameterRole.Weight ? network.Weights[parameter.Name].ToDense()
            : network.Vectors[parameter.Name]));
        module.eval();
        return module;
    }
}
