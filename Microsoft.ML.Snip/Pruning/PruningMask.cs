using System.Collections.Immutable;
using Microsoft.ML.Snip.Pruning;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip;

/// <summary>Which connections of a network are kept. Immutable, and independent of the network and of torch's memory.</summary>
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
    /// <paramref name="layerSparsities"/> compete among themselves, all others with one another. In each group an exact number is kept, as by
    /// <see cref="Select(PruningScores, double)"/>.
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

    /// <summary>A mask made elsewhere.</summary>
    /// <param name="masks">
    /// A name and a tensor of the parameter's shape for each masked parameter: 0 or false where a connection is cut, anything else where it
    /// is kept. The tensors may be on any device and stay the caller's.
    /// </param>
    /// <exception cref="ArgumentException">There are no masks, or a name comes twice.</exception>
    public static PruningMask FromTensors(IEnumerable<(string Name, Tensor Mask)> masks)
    {
        ArgumentNullException.ThrowIfNull(masks);
        List<(string Name, Tensor Mask)> entries = [.. masks];
        var layout = new ConnectionLayout(entries.Select(entry => new PrunableParameter(entry.Name, [.. entry.Mask.shape])));
        var kept = new bool[layout.Count];
        foreach ((string name, Tensor mask) in entries)
        {
            using var scope = NewDisposeScope();
            using Scalar zero = 0.ToScalar();
            mask.detach().ne(zero).cpu().contiguous().data<bool>().CopyTo(kept.AsSpan(layout.RangeOf(name)));
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

    /// <summary>The mask of one parameter as a tensor.</summary>
    /// <param name="parameterName">A name of <see cref="Parameters"/>.</param>
    /// <param name="dataType">The element type: true or 1 where a connection is kept, false or 0 where it is cut.</param>
    /// <param name="device">Where to put it; by default the CPU.</param>
    /// <returns>A new tensor of the parameter's shape.</returns>
    /// <exception cref="KeyNotFoundException">The mask covers no parameter of this name.</exception>
    public Tensor TensorOf(string parameterName, ScalarType dataType = ScalarType.Bool, Device? device = null)
    {
        using Tensor mask = torch.tensor(KeptOf(parameterName).ToArray(), _layout.ShapeOf(parameterName).AsSpan(), ScalarType.Bool, CPU);
        return mask.to(dataType, device ?? CPU, copy: true);
    }

    /// <summary>
    /// Sets the cut weights to exactly 0; the others, and parameters that the mask does not cover, stay as they are. A step of an optimiser
    /// with momentum or weight decay moves cut weights again, so a training loop calls this after each step and masks the gradients before
    /// it.
    /// </summary>
    /// <param name="network">
    /// A module whose parameters have the names and shapes of <see cref="Parameters"/>; those may be on any device.
    /// </param>
    /// <exception cref="ArgumentException">A parameter is missing or has another shape; the network was not changed.</exception>
    public void ApplyTo(nn.Module network)
    {
        using var scope = NewDisposeScope();
        using Scalar zero = 0.ToScalar();
        using (no_grad())
        {
            foreach ((string name, Parameter parameter) in FindIn(network))
            {
                parameter.masked_fill_(TensorOf(name, ScalarType.Bool, parameter.device).logical_not(), zero);
            }
        }
    }

    /// <summary>
    /// Each masked parameter of a network with its mask, a tensor of the parameter's element type on its device: what masked training
    /// multiplies gradients and weights by. The masks are the caller's to dispose of; a dispose scope does not.
    /// </summary>
    /// <exception cref="ArgumentException">A parameter is missing or has another shape.</exception>
    internal List<(string Name, Parameter Parameter, Tensor Mask)> BindTo(nn.Module network) =>
        [.. FindIn(network).Select(entry =>
            (entry.Name, entry.Parameter, TensorOf(entry.Name, entry.Parameter.dtype, entry.Parameter.device).DetachFromDisposeScope()))];

    private static void CheckSparsity(double sparsity, string parameterName)
    {
        if (!(sparsity >= 0 && sparsity < 1))
        {
            throw new ArgumentOutOfRangeException(
                parameterName, sparsity, "The sparsity is the share of connections to cut: at least 0, less than 1.");
        }
    }

    private List<(string Name, Parameter Parameter)> FindIn(nn.Module network)
    {
        ArgumentNullException.ThrowIfNull(network);
        Dictionary<string, Parameter> parameters = network.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        var found = new List<(string Name, Parameter Parameter)>(Parameters.Length);
        foreach ((string name, ImmutableArray<long> shape) in Parameters)
        {
            if (!parameters.TryGetValue(name, out Parameter? parameter))
            {
                throw new ArgumentException(
                    $"The mask covers a parameter '{name}', which the network lacks; it has {string.Join(", ", parameters.Keys)}.",
                    nameof(network));
            }

            if (!shape.AsSpan().SequenceEqual(parameter.shape))
            {
                throw new ArgumentException(
                    $"The mask of parameter '{name}' has the shape [{string.Join(", ", shape)}], but the network's parameter has "
                    + $"[{string.Join(", ", parameter.shape)}].",
                    nameof(network));
            }

            found.Add((name, parameter));
        }

        return found;
    }
}
