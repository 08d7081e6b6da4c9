using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Engines.Managed.Training;

/// <summary>Which networks the managed engine trains.</summary>
internal static class TrainingCoverage
{
    /// <summary>What the managed engine cannot train, as a part of a sentence; null if it trains the whole network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="pruneBiases">Whether biases are pruned too.</param>
    public static string? FindUncovered(NetworkDefinition network, bool pruneBiases)
    {
        Layer? uncovered = network.Layers.FirstOrDefault(
            layer => layer is GroupNorm or LayerNorm or Concat or Multiply or RegisteredModule);
        HashSet<string> read = [.. network.Layers.SelectMany(layer => layer.Inputs)];
        Layer? unread = network.Layers.SkipLast(1).FirstOrDefault(layer => !read.Contains(layer.Name));
        return uncovered is not null ? $"layer '{uncovered.Name}' ({uncovered.GetType().Name})"
            : unread is not null ? $"layer '{unread.Name}', whose output nothing reads"
            : pruneBiases ? "pruned biases"
            : null;
    }
}
