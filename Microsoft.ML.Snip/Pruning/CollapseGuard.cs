using System.Globalization;

namespace Microsoft.ML.Snip.Pruning;

/// <summary>
/// Finds layers that a global selection cuts whole. No signal passes such a layer, so a network in which it lies on every path from input
/// to output gives the same answer for every picture and cannot learn ("layer collapse": Tanaka et al., "Pruning neural networks without
/// any data by iteratively conserving synaptic flow", NeurIPS 2020).
/// </summary>
internal static class CollapseGuard
{
    /// <summary>The layers none of whose weights is kept, in the network's order; biases do not count.</summary>
    public static List<(string Layer, long Connections)> FindCollapsedLayers(PruningMask mask) =>
        [.. mask.Parameters
            .Where(parameter => parameter.Shape.Length >= 2)
            .GroupBy(parameter => LayerOf(parameter.Name), StringComparer.Ordinal)
            .Where(layer => layer.All(parameter => mask.KeptCountOf(parameter.Name) == 0))
            .Select(layer => (layer.Key, layer.Sum(parameter => parameter.Count)))];

    /// <summary>Throws if the mask collapses the network.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="sparsity">The sparsity that was asked for.</param>
    /// <param name="criterion">The criterion's name.</param>
    /// <param name="network">
    /// If given, a collapsed layer is accepted where another path leads past it: a residual branch that is cut whole leaves a network that
    /// can learn.
    /// </param>
    /// <exception cref="InvalidOperationException">Layers are cut whole; the message names them and says what to do.</exception>
    public static void Check(PruningMask mask, double sparsity, string criterion, NetworkDefinition? network = null)
    {
        List<(string Layer, long Connections)> collapsed = FindCollapsedLayers(mask);
        if (collapsed.Count == 0 || (network is not null && Passes(network, [.. collapsed.Select(entry => entry.Layer)])))
        {
            return;
        }

        string layers = string.Join(", ", collapsed.Select(
            entry => string.Create(CultureInfo.InvariantCulture, $"'{entry.Layer}' ({entry.Connections:N0} connections)")));
        throw new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture,
            $"At sparsity {sparsity} the criterion {criterion} keeps {mask.KeptCount:N0} of {mask.ConnectionCount:N0} connections "
            + $"and none at all of {layers}: no signal would pass, and the network could not learn. Lower the sparsity, "
            + $"score on more examples, choose another criterion, or take a larger network."));
    }

    /// <summary>
    /// A parameter's name up to its last dot: <c>conv1</c> of <c>conv1.weight</c>; the name itself if the network is that one layer.
    /// </summary>
    private static string LayerOf(string parameterName) =>
        parameterName.LastIndexOf('.') is > 0 and int dot ? parameterName[..dot] : parameterName;

    /// <summary>Whether a path from the network's input to its output avoids the given layers.</summary>
    private static bool Passes(NetworkDefinition network, HashSet<string> collapsed)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal) { NetworkDefinition.InputName };
        foreach (Networks.Layer layer in network.Layers)
        {
            if (!collapsed.Contains(layer.Name) && layer.Inputs.Any(reached.Contains))
            {
                reached.Add(layer.Name);
            }
        }

        return reached.Contains(network.Layers[^1].Name);
    }
}
