using System.Globalization;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Pruning;

/// <summary>
/// Detects layer collapse: layers of which a global selection keeps no connection. No signal passes such a layer, so a network in which it
/// is on every path from input to output gives the same output for every image and cannot learn ( Tanaka et al., "Pruning neural networks
/// without any data by iteratively conserving synaptic flow", NeurIPS 2020).
/// </summary>
internal static class CollapseGuard
{
    /// <summary>
    /// The layers without kept weights, in the network's order. Biases do not count, nor do a recurrent layer's connections from its own
    /// state: without connections from its input it cannot see the image. Layers that are not in the mask are not pruned.
    /// </summary>
    public static List<(string Layer, long Connections)> FindCollapsedLayers(PruningMask mask) =>
        [.. mask.Parameters
            .Where(parameter => parameter.Shape.Length >= 2 && !IsStateMatrix(parameter.Name))
            .GroupBy(parameter => LayerPattern.LayerOf(parameter.Name), StringComparer.Ordinal)
            .Where(layer => layer.All(parameter => mask.KeptCountOf(parameter.Name) == 0))
            .Select(layer => (layer.Key, layer.Sum(parameter => parameter.Count)))];

    /// <summary>Throws if the mask collapses the network.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="sparsity">The requested sparsity.</param>
    /// <param name="criterion">The criterion's name.</param>
    /// <param name="network">
    /// If given, a collapsed layer is accepted if another path avoids it: a network with a completely pruned residual branch can still
    /// learn.
    /// </param>
    /// <param name="passes">
    /// If given, called if layers have collapsed, to find out whether a signal still passes; for custom modules, whose paths are not known.
    /// </param>
    /// <exception cref="InvalidOperationException">Layers have collapsed; the message names them and says what to do.</exception>
    public static void Check(
        PruningMask mask, double sparsity, string criterion, NetworkDefinition? network = null, Func<bool>? passes = null)
    {
        List<(string Layer, long Connections)> collapsed = FindCollapsedLayers(mask);
        if (collapsed.Count == 0
            || (network is not null && Passes(network, [.. collapsed.Select(entry => entry.Layer)]))
            || (passes is not null && passes()))
        {
            return;
        }

        string layers = string.Join(", ", collapsed.Select(
            entry => string.Create(CultureInfo.InvariantCulture, $"'{entry.Layer}' ({entry.Connections:N0} connections)")));
        throw new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture,
            $"At sparsity {sparsity} the criterion {criterion} keeps {mask.KeptCount:N0} of {mask.ConnectionCount:N0} connections "
            + $"and none of {layers}: no signal would pass, and the network could not learn. Lower Sparsity, set a lower sparsity for "
            + $"these layers (LayerSparsities), exclude them, score on more examples, choose another criterion, or use a larger network."));
    }

    /// <summary>Whether a parameter is the state matrix of a recurrent layer, by its name in TorchSharp.</summary>
    private static bool IsStateMatrix(string parameterName) =>
        parameterName.AsSpan(parameterName.LastIndexOf('.') + 1).StartsWith("weight_hh", StringComparison.Ordinal);

    /// <summary>Whether a path from the network's input to its output avoids the given layers.</summary>
    private static bool Passes(NetworkDefinition network, HashSet<string> collapsed)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal) { NetworkDefinition.InputName };
        foreach (Layer layer in network.Layers)
        {
            if (!collapsed.Contains(layer.Name) && layer.Inputs.Any(reached.Contains))
            {
                reached.Add(layer.Name);
            }
        }

        return reached.Contains(network.Layers[^1].Name);
    }
}
