using System.Collections.Immutable;

namespace Microsoft.ML.Snip.Pruning;

/// <summary>Parameters whose connections compete with each other, and their sparsity.</summary>
/// <param name="Parameters">The parameters, in the network's order.</param>
/// <param name="Sparsity">The fraction of their connections to prune, in [0, 1).</param>
internal sealed record SparsityGroup(ImmutableArray<PrunableParameter> Parameters, double Sparsity)
{
    /// <summary>
    /// One group for each entry of <paramref name="layerSparsities"/>, and one for all parameters that match no entry. A parameter belongs
    /// to the first entry that matches it.
    /// </summary>
    /// <exception cref="ArgumentException">A pattern matches no parameter.</exception>
    public static IEnumerable<SparsityGroup> Form(
        ImmutableArray<PrunableParameter> parameters, double sparsity, IReadOnlyList<LayerSparsity> layerSparsities)
    {
        LayerPattern.RequireFits(
            layerSparsities.Select(entry => entry.Pattern), [.. parameters.Select(parameter => parameter.Name)], nameof(LayerSparsity));
        return parameters
            .GroupBy(parameter => layerSparsities.FirstOrDefault(entry => LayerPattern.Fits(entry.Pattern, parameter.Name)))
            .Select(group => new SparsityGroup([.. group], group.Key?.Sparsity ?? sparsity));
    }
}
