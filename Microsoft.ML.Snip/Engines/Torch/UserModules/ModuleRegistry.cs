using System.Collections.Concurrent;
using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Engines.Torch.UserModules;

/// <summary>
/// The executors of registered modules by name. It refers to no type of TorchSharp, so that programs that load only models of plain
/// networks do not need TorchSharp.
/// </summary>
internal static class ModuleRegistry
{
    private static readonly ConcurrentDictionary<string, Func<SparseNetwork, INetworkExecutor>> Executors = new(StringComparer.Ordinal);

    public static void Add(string name, Func<SparseNetwork, INetworkExecutor> makeExecutor) => Executors[name] = makeExecutor;

    /// <summary>Creates the executor of a network: the managed one, or that of the module that the definition names.</summary>
    /// <exception cref="InvalidOperationException">
    /// The module is not registered, or is not the one that the model was trained with.
    /// </exception>
    public static INetworkExecutor CreateExecutor(SparseNetwork network)
    {
        if (network.Definition.Module is not RegisteredModule module)
        {
            return new SparseExecutor(network);
        }

        return Executors.TryGetValue(module.RegisteredName, out Func<SparseNetwork, INetworkExecutor>? makeExecutor)
            ? makeExecutor(network)
            : throw new InvalidOperationException(
                $"The model predicts with the module '{module.RegisteredName}', which this program has not registered. Before loading the "
                + $"model, call SnipModules.Register(\"{module.RegisteredName}\", factory) with the factory that the model was trained "
                + "with, and reference TorchSharp-cpu (or another package with TorchSharp's native library).");
    }
}
