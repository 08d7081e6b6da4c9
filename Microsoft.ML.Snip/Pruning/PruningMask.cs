using System.Collections.Immutable;
using Microsoft.ML.Snip.Pruning;

namespace Microsoft.ML.Snip;

/// <summary>Which connections of a network are kept. Immutable plain values, which know nothing of tensors.</summary>
/// <example><code>
/// PruningScores scores = ConnectionSensitivity.Score(network, inputs, labels);
/// PruningMask mask = PruningMask.Select(scores, sparsity: 0.95);
/// mask.ApplyTo(network);      // cut weights are now exactly 0; apply again after each optimiser step
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

    /// <summary>The parameters the mask covers, in the order in which connections are numbered.</summary>
    public ImmutableArray<PrunableParameter> Parameters => _layout.Parameters;

    /// <summary>How many connections the mask covers, kept or cut.</summary>
    public long ConnectionCount => _layout.Count;

    /// <summary>How many of them are kept.</summary>
    public long KeptCount { get; }

    /// <summary>
    /// The share that is cut, in [0, 1]: what was reached, which rounding sets apart from what was asked by at most half a connection.
    /// </summary>
    public double Sparsity => 1 - ((double)KeptCount / ConnectionCount);

    /// <summary>
    /// Keeps the k connections of highest score of the whole network, k = <see cref="ConnectionCount"/> (1 - sparsity), rounded half to
    /// even; among equal scores those of lower number (Lee et al., "SNIP: Single-shot Network Pruning based on Connection Sensitivity",
    /// ICLR 2019, equation 5 and algorithm 1; rounding and ties as in the authors' code).
    /// </summary>
    /// <param name="scores">One score for each prunable connection.</param>
    /// <param name="sparsity">The share of connections to cut, in [0, 1).</param>
    /// <returns>The mask. When the network is so small that k rounds to 0, it keeps nothing.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The sparsity is not in [0, 1).</exception>
    public static PruningMask Select(PruningScores scores, double sparsity) => Select(scores, sparsity, []);

    /// <summary>
    /// Keeps the connections of highest score, some layers having a sparsity of their own: the layers that fit one entry of
    /// <paramref name="layerSparsities"/> compete among themselves, all others with one another. In each group an exact number is kept, as
    /// by <see cref="Select(PruningScores, double)"/>.
    /// </summary>
    /// <param name="scores">One score for each prunable connection.</param>
    /// <param name="sparsity">The share of the other connections to cut, in [0, 1).</param>
    /// <param name="layerSparsities">Layers by name, and what share of them to cut; the first entry that fits a parameter counts.</param>
    /// <returns>The mask.</returns>
    /// <exception cref="ArgumentException">A pattern fits no scored parameter.</exception>
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

    /// <summary>A mask made elsewhere, as plain values. For tensors there is <c>PruningMask.FromTensors</c>.</summary>
    /// <param name="masks">
    /// Each masked parameter with one value for each of its elements, row-major: true where a connection is kept.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There are no masks, a name comes twice, or a parameter has another number of values than elements.
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

    /// <summary>How many connections of one parameter are kept.</summary>
    /// <param name="parameterName">A name of <see cref="Parameters"/>.</param>
    /// <exception cref="KeyNotFoundException">The mask covers no parameter of this name.</exception>
    public long KeptCountOf(string parameterName)
    {
        _layout.RangeOf(parameterName);
        return _keptCounts[parameterName];
    }

    /// <summary>Which connections of one parameter are kept, row-major.</summary>
    /// <param name="parameterName">A name of <see cref="Parameters"/>.</param>
    /// <exception cref="KeyNotFoundException">The mask covers no parameter of this name.</exception>
    public ReadOnlySpan<bool> KeptOf(string parameterName) => _kept.AsSpan(_layout.RangeOf(parameterName));

    private static void CheckSparsity(double sparsity, string parameterName)
    {
        if (!(sparsity >= 0 && sparsity < 1))
        {
            throw new ArgumentOutOfRangeException(
                parameterName, sparsity, "The sparsity is the share of connections to cut: at least 0, less than 1.");
        }
    }
}
