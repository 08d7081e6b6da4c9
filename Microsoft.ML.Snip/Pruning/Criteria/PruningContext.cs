using Microsoft.ML.Snip.Pruning.Criteria;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip;

/// <summary>What a criterion may look at.</summary>
/// <param name="network">The module to prune: takes a batch's inputs, gives logits [batch, classes].</param>
/// <param name="batches">Inputs [batch, ...] and classes [batch], on the network's device. The tensors stay the caller's.</param>
public sealed class PruningContext(nn.Module<Tensor, Tensor> network, IEnumerable<(Tensor Inputs, Tensor Labels)> batches)
{
    /// <summary>The module to prune.</summary>
    public nn.Module<Tensor, Tensor> Network { get; } = network ?? throw new ArgumentNullException(nameof(network));

    /// <summary>Labelled examples. A criterion that needs them more than once may enumerate them again.</summary>
    public IEnumerable<(Tensor Inputs, Tensor Labels)> Batches { get; } = batches ?? throw new ArgumentNullException(nameof(batches));

    /// <summary>Whether biases are prunable too. By default only weights are.</summary>
    public bool IncludeBiases { get; init; }

    /// <summary>
    /// Narrows what is prunable by a parameter's name: where it gives false, the parameter is kept whole. By default nothing is left out.
    /// </summary>
    public Func<string, bool>? IsPrunable { get; init; }

    /// <summary>
    /// The sparsity in [0, 1) that will be selected by the scores, for criteria that cut in several steps; null if it is not known yet.
    /// </summary>
    public double? Sparsity { get; init; }

    /// <summary>The only source of chance a criterion uses, so that a seed repeats a run. By default seeded with 0.</summary>
    public Random Random { get; init; } = new(0);

    /// <summary>The parameters to score, in the network's order: the same choice for every criterion.</summary>
    /// <returns>
    /// The trainable parameters of two dimensions or more that belong to no normalisation or embedding, and biases if
    /// <see cref="IncludeBiases"/>, narrowed by <see cref="IsPrunable"/>.
    /// </returns>
    /// <exception cref="ArgumentException">Nothing is prunable.</exception>
    public IReadOnlyList<(string Name, Parameter Parameter)> FindPrunableParameters() =>
        ParameterSelection.Choose(Network, IncludeBiases, IsPrunable);
}
