using System.Collections.Immutable;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Pruning;

namespace Microsoft.ML.Snip;

/// <summary>The pruning mask of a network: which connections are kept. Immutable, in plain values without tensors.</summary>
/// <example><code>
/// PruningScores scores = ConnectionSensitivity.Score(network, inputs, labels);
/// PruningMask mask = PruningMask.Select(scores, sparsity: 0.95);
/// mask.ApplyTo(network);      // pruned weights are now exactly 0; apply again after each optimizer step
/// </code></example>
public sealed class PruningMask
{
    private readonly ConnectionLayout _layout;
    private readonly bool[] _kept;
    private readonly Dictionary<string, int> _keptCounts;

    private PruningMask(ConnectionLayout layout, bool[] kept)
    {
        _layout = layout;
        _kept = kept;
        _keptCounts = layout.Parameters.ToDictionary(
            parameter => parameter.Name, parameter => KeptOf(parameter.Name).Count(true), StringComparer.Ordinal);
        KeptCount = _keptCounts.Values.Sum();
    }

    /// <summary>The model that the mask is from; null if it is not from a model.</summary>
    internal ModelOrigin? Origin { get; private init; }

    /// <summary>The parameters of the mask, in the order of the connections' indices.</summary>
    public ImmutableArray<PrunableParameter> Parameters => _layout.Parameters;

    /// <summary>The number of connections, kept and pruned.</summary>
    public long ConnectionCount => _layout.Count;

    /// <summary>The number of kept connections.</summary>
    public long KeptCount { get; }

    /// <summary>
    /// The fraction of pruned connections, in [0, 1]. Because of rounding it can differ from the requested sparsity by up to half a
    /// connection.
    /// </summary>
    public double Sparsity => 1 - ((double)KeptCount / ConnectionCount);

    /// <summary>
    /// Keeps the k connections with the highest scores in the whole network, k = <see cref="ConnectionCount"/> (1 - sparsity), rounded half
    /// to even; among equal scores those with the lower index (Lee et al., "SNIP: Single-shot Network Pruning based on Connection
    /// Sensitivity", ICLR 2019, equation 5 and algorithm 1; rounding and ties as in the authors' code).
    /// </summary>
    /// <param name="scores">One score for each prunable connection.</param>
    /// <param name="sparsity">The fraction of connections to prune, in [0, 1).</param>
    /// <returns>The mask. It keeps no connection if the network is so small that k rounds to 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The sparsity is not in [0, 1).</exception>
    public static PruningMask Select(PruningScores scores, double sparsity) => Select(scores, sparsity, []);

    /// <summary>
    /// Keeps the connections with the highest scores, with individual sparsities for some layers: the layers that match one entry of
    /// <paramref name="layerSparsities"/> compete with each other, and so do all other layers. In each group an exact number is kept, as in
    /// <see cref="Select(PruningScores, double)"/>.
    /// </summary>
    /// <param name="scores">One score for each prunable connection.</param>
    /// <param name="sparsity">The fraction of the other connections to prune, in [0, 1).</param>
    /// <param name="layerSparsities">Layers by name, with the fraction to prune; the first entry that matches a parameter counts.</param>
    /// <returns>The mask.</returns>
    /// <exception cref="ArgumentException">A pattern matches no scored parameter.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A sparsity is not in [0, 1).</exception>
    public static PruningMask Select(PruningScores scores, double sparsity, IReadOnlyList<LayerSparsity> layerSparsities)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(layerSparsities);
        CheckSparsity(sparsity, nameof(sparsity));
        foreach (LayerSparsity entry in layerSparsities)
        {
            CheckSparsity(entry.Sparsity, nameof(layerSparsities));
        }

        var kept = new bool[scores.Layout.Count];
        foreach (SparsityGroup group in SparsityGroup.Form(scores.Parameters, sparsity, layerSparsities))
        {
            scores.KeepHighest(group, kept);
        }

        return new PruningMask(scores.Layout, kept);
    }

    /// <summary>Creates a mask from plain values. For tensors see <c>PruningMask.FromTensors</c>.</summary>
    /// <param name="masks">
    /// The masked parameters, each with one value for each of its elements, row-major: true where a connection is kept.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There are no masks, a name occurs twice, or the number of values of a parameter is not its number of elements.
    /// </exception>
    public static PruningMask FromValues(IEnumerable<(PrunableParameter Parameter, bool[] Kept)> masks)
    {
        ArgumentNullException.ThrowIfNull(masks);
        (PrunableParameter Parameter, bool[] Kept)[] entries = [.. masks];
        var layout = new ConnectionLayout(entries.Select(entry => entry.Parameter));
        var kept = new bool[layout.Count];
        foreach ((PrunableParameter parameter, bool[] values) in entries)
        {
            if (values.Length != parameter.Count)
            {
                throw new ArgumentException(
                    $"Parameter '{parameter.Name}' has {parameter.Count} elements, but its mask has {values.Length}.", nameof(masks));
            }

            values.CopyTo(kept.AsSpan(layout.RangeOf(parameter.Name)));
        }

        return new PruningMask(layout, kept);
    }

    /// <summary>The number of kept connections of one parameter.</summary>
    /// <param name="parameterName">A name of <see cref="Parameters"/>.</param>
    /// <exception cref="KeyNotFoundException">The mask has no parameter of this name.</exception>
    public long KeptCountOf(string parameterName)
    {
        _layout.RangeOf(parameterName);
        return _keptCounts[parameterName];
    }

    /// <summary>Which connections of one parameter are kept, row-major.</summary>
    /// <param name="parameterName">A name of <see cref="Parameters"/>.</param>
    /// <exception cref="KeyNotFoundException">The mask has no parameter of this name.</exception>
    public ReadOnlySpan<bool> KeptOf(string parameterName) => _kept.AsSpan(_layout.RangeOf(parameterName));

    /// <summary>The same mask, from a model.</summary>
    internal PruningMask With(ModelOrigin origin) => new(_layout, _kept) { Origin = origin };

    private static void CheckSparsity(double sparsity, string parameterName)
    {
        if (!(sparsity >= 0 && sparsity < 1))
        {
            throw new ArgumentOutOfRangeException(
                parameterName, sparsity, "The sparsity is the fraction of connections to prune; it must be at least 0 and less than 1.");
        }
    }
}
