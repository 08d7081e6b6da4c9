using Microsoft.ML.Snip.Pruning.Criteria;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip;

/// <summary>The input of a pruning criterion.</summary>
/// <param name="network">The module to prune; it takes a batch's inputs and returns logits [batch, classes].</param>
/// <param name="batches">Inputs [batch, ...] and classes [batch], on the network's device. The caller still owns the tensors.</param>
public sealed class PruningContext(nn.Module<Tensor, Tensor> network, IEnumerable<(Tensor Inputs, Tensor Labels)> batches)
{
    /// <summary>The module to prune.</summary>
    public nn.Module<Tensor, Tensor> Network { get; } = network ?? throw new ArgumentNullException(nameof(network));

    /// <summary>Labelled examples. A criterion that needs them more than once may enumerate them again.</summary>
    public IEnumerable<(Tensor Inputs, Tensor Labels)> Batches { get; } = batches ?? throw new ArgumentNullException(nameof(batches));

    /// <summary>Whether biases are prunable too. By default only weights are.</summary>
    public bool IncludeBiases { get; init; }

    /// <summary>Selects parameters by name: a parameter for which it returns false is not pruned. By default all are selected.</summary>
    public Func<string, bool>? IsPrunable { get; init; }

    /// <summary>
    /// The sparsity in [0, 1) to which the network will be pruned, for criteria that prune in several steps; null if it is not known yet.
    /// </summary>
    public double? Sparsity { get; init; }

    /// <summary>The only source of random numbers for a criterion, so that runs are repeatable. By default seeded with 0.</summary>
    public Random Random { get; init; } = new(0);

    /// <summary>The parameters to score, in the network's order: the same choice for every criterion.</summary>
    /// <returns>
    /// The trainable parameters with two or more dimensions that do not belong to a normalisation or embedding, and biases if
    /// <see cref="IncludeBiases"/> is true, as far as <see cref="IsPrunable"/> selects them.
    /// </returns>
    /// <exception cref="ArgumentException">Nothing is prunable.</exception>
    public IReadOnlyList<(string Name, Parameter Parameter)> FindPrunableParameters() =>
        ParameterSelection.Choose(Network, IncludeBiases, IsPrunable);
}
