namespace Microsoft.ML.Snip.Pruning;

/// <summary>
/// Finds masks that prune only one layer, often a sign that the scores of the layers have different scales and are not comparable.
/// </summary>
internal static class MaskBalance
{
    /// <summary>The fraction of all pruned connections from which a layer has nearly all of them.</summary>
    private const double AllCuts = 0.99;

    /// <summary>
    /// A warning about an unbalanced mask, for the log; null if the mask is balanced. It is unbalanced if one layer has nearly all pruned
    /// connections and another layer has none, and the density of the former is less than half of the density with uniform pruning. (It is
    /// harmless that a layer with nearly all connections has nearly all pruned ones.)
    /// </summary>
    /// <param name="mask">The mask.</param>
    /// <param name="layerSparsities">Layers with individual sparsities, which do not compete with the others.</param>
    public static string? FindImbalance(PruningMask mask, IReadOnlyCollection<LayerSparsity> layerSparsities)
    {
        (string Name, long Count, long Kept)[] layers = [.. mask.Parameters
            .Where(
                parameter => parameter.Shape.Length >= 2 && !layerSparsities.Any(entry => LayerPattern.Fits(entry.Pattern, parameter.Name)))
            .Select(parameter => (parameter.Name, parameter.Count, mask.KeptCountOf(parameter.Name)))];
        long count = layers.Sum(layer => layer.Count), cut = count - layers.Sum(layer => layer.Kept);
        if (cut == 0)
        {
            return null;
        }

        (string Name, long Count, long Kept) thin = layers.MaxBy(layer => layer.Count - layer.Kept);
        (string Name, long Count, long Kept) whole = layers.MaxBy(layer => layer.Kept == layer.Count ? layer.Count : 0);
        double density = (double)thin.Kept / thin.Count, even = 1 - ((double)cut / count);
        return whole.Kept < whole.Count || thin.Count - thin.Kept < AllCuts * cut || density >= even / 2
            ? null
            : $"Nearly all of the {cut} pruned connections are in '{thin.Name}', which keeps {thin.Kept} of {thin.Count}, while "
                + $"'{whole.Name}' keeps all of its {whole.Count}. If training goes badly, set sparsities for such layers "
                + "(LayerSparsities), or use initial weights of a similar scale.";
    }
}
