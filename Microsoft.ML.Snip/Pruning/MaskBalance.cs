namespace Microsoft.ML.Snip.Pruning;

/// <summary>Finds selections that cut one layer alone: often a sign that the layers' scores are of sizes that cannot be compared.</summary>
internal static class MaskBalance
{
    /// <summary>The share of all cuts from which a layer has them all but for a few.</summary>
    private const double AllCuts = 0.99;

    /// <summary>
    /// What is out of balance, for the log; null if nothing is. One layer has all the cuts and another none, and the former keeps less than
    /// half of the share that it would keep if all layers were cut alike: a layer that holds nearly all connections has nearly all cuts
    /// without harm.
    /// </summary>
    /// <param name="mask">The mask.</param>
    /// <param name="layerSparsities">Layers with a sparsity of their own, which do not compete with the others.</param>
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

        (string Name, long Count, long Kept) thin = layers.MaxBy(layer => layer.Count - layer.Kept), whole = layers.MaxBy(
            layer => layer.Kept == layer.Count ? layer.Count : 0);
        double density = (double)thin.Kept / thin.Count, even = 1 - ((double)cut / count);
        return whole.Kept < whole.Count || thin.Count - thin.Kept < AllCuts * cut || density >= even / 2
            ? null
            : FormattableString.Invariant($"Nearly all of the {cut} connections that are cut are of '{thin.Name}', which keeps {thin.Kept} of {thin.Count}, while '{whole.Name}' keeps all of its {whole.Count}. ")
                + "If it trains badly, give such layers a sparsity of their own (LayerSparsities), or initial weights of a similar scale.";
    }
}
