using System.Collections.Concurrent;
using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Engines.Torch.UserModules;

/// <summary>
/// What the names of modules in model files stand for in this program. Names no type of TorchSharp: whoever loads models of plain networks
/// needs none, and whoever registers a module has them anyway.
/// </summary>
internal static class ModuleRegistry
{
    private static readonly ConcurrentDictionary<string, Func<SparseNetwork, INetworkExecutor>> Executors = new(StringComparer.Ordinal);

    public static void Add(string name, Func<SparseNetwork, INetworkExecutor> makeExecutor) => Executors[name] = makeExecutor;

    /// <summary>What predicts with the network: kept connections alone, or the module that its definition names.</summary>
    /// <exception cref="InvalidOperationException">The module is not registered, or is another than the model was trained with.</exception>
    public static INetworkExecutor CreateExecutor(SparseNetwork network)
    {
        if (network.Definition.Module is not RegisteredModule module)
        {
            return new SparseExecutor(network);
        }

        return Executors.TryGetValue(module.RegisteredName, out Func<SparseNetwork, INetworkExecutor>? makeExecutor)
            ? makeExecutor(network)
            : throw new InvalidOperationException(
                $"The model predicts with the module '{module.RegisteredName}', which this program has not registered. Before loading the model, call "
                + $"SnipModules.Register(\"{module.RegisteredName}\", factory) with the factory that the model was trained with, and reference TorchSharp-cpu "
                + "(or another package with TorchSharp's natives).");
    }
}
