using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Engines.Managed.Training;

/// <summary>Which networks the managed engine trains: fully connected ones.</summary>
internal static class TrainingCoverage
{
    /// <summary>What the managed engine cannot train, as a part of a sentence; null if it trains the whole network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="pruneBiases">Whether biases are pruned too.</param>
    public static string? FindUncovered(NetworkDefinition network, bool pruneBiases)
    {
        Layer? uncovered = network.Layers.FirstOrDefault(layer => !IsCovered(network, layer));
        return uncovered is not null ? $"layer '{uncovered.Name}' ({uncovered.GetType().Name})"
            : pruneBiases ? "pruned biases"
            : null;
    }

    private static bool IsCovered(NetworkDefinition network, Layer layer) =>
        layer is Flatten or ReLU or Dropout || (layer is Linear linear && network.ShapeOf(linear.Input).Kind == TensorKind.Vector);
}
