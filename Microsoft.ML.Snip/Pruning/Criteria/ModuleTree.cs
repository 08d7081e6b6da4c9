using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Pruning.Criteria;

/// <summary>Lists a module and all modules in it.</summary>
internal static class ModuleTree
{
    /// <summary>The module itself, then its descendants, each before its own children.</summary>
    public static IEnumerable<nn.Module> Flatten(nn.Module module) => module.children().SelectMany(Flatten).Prepend(module);
}
