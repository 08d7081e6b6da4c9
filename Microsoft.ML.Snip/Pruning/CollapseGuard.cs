using System.Globalization;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Pruning;

/// <summary>
/// Finds layers that a global selection cuts whole. No signal passes such a layer, so a network in which it lies on every path from input
/// to output gives the same answer for every image and cannot learn ("layer collapse": Tanaka et al., "Pruning neural networks without
/// any data by iteratively conserving synaptic flow", NeurIPS 2020).
/// </summary>
internal static class CollapseGuard
{
    /// <summary>
    /// The layers none of whose weights is kept, in the network's order. Biases do not count, nor does what a recurrent layer keeps of its
    /// own state: without connections from its input it would see nothing. Layers that the mask does not cover are whole.
    /// </summary>
    public static List<(string Layer, long Connections)> FindCollapsedLayers(PruningMask mask) =>
        [.. mask.Parameters
            .Where(parameter => parameter.Shape.Length >= 2 && !IsOfState(parameter.Name))
            .GroupBy(parameter => LayerPattern.LayerOf(parameter.Name), StringComparer.Ordinal)
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
    /// <param name="passes">
    /// If given, asked where layers are cut whole: whether a signal passes nevertheless. For modules, whose paths nobody describes.
    /// </param>
    /// <exception cref="InvalidOperationException">Layers are cut whole; the message names them and says what to do.</exception>
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
            + $"and none at all of {layers}: no signal would pass, and the network could not learn. Lower the sparsity (or these layers' own), "
            + $"give these layers one of their own, exclude them, score on more examples, choose another criterion, or take a larger network."));
    }

    /// <summary>Whether it is a matrix from a recurrent layer's state to itself, by TorchSharp's name for it.</summary>
    private static bool IsOfState(string parameterName) =>
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
