using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Pruning.Criteria;

/// <summary>
/// Selects the prunable parameters of a module. Connections are the weights of linear, convolutional and recurrent layers: trainable
/// floating-point parameters with two or more dimensions in any module, so that custom layers count too. Normalisations and embeddings have
/// no connections. Frozen parameters are excluded because they could not adapt to pruning.
/// </summary>
internal static class ParameterSelection
{
    /// <summary>The prunable parameters in the order of <c>named_parameters</c>.</summary>
    /// <param name="network">Any module.</param>
    /// <param name="includeBiases">Whether parameters with one dimension whose name starts with "bias" are prunable too.</param>
    /// <param name="isPrunable">Selects parameters by name: a parameter for which it returns false is not pruned. Null selects all.</param>
    /// <exception cref="ArgumentException">Nothing is prunable.</exception>
    public static List<(string Name, Parameter Parameter)> Choose(nn.Module network, bool includeBiases, Func<string, bool>? isPrunable)
    {
        HashSet<IntPtr> unconnected = [.. ModuleTree.Flatten(network)
            .Where(module => module is NormBase or LayerNorm or GroupNorm or Embedding or EmbeddingBag)
            .SelectMany(module => module.parameters(recurse: false))
            .Select(parameter => parameter.Handle)];
        List<(string Name, Parameter Parameter)> chosen = [.. network.named_parameters()
            .Where(entry => entry.parameter.requires_grad && entry.parameter.is_floating_point() && entry.parameter.numel() > 0
                && !unconnected.Contains(entry.parameter.Handle)
                && (entry.parameter.dim() >= 2 || (includeBiases && IsBias(entry.name)))
                && (isPrunable is null || isPrunable(entry.name)))];
        if (chosen.Count == 0)
        {
            throw new ArgumentException(
                $"Module {network.GetType().Name} has nothing to prune: it has no parameter with two or more dimensions that is trainable "
                + "(requires_grad), does not belong to a normalisation or embedding, and is selected by the predicate. "
                + "Register layers and parameters with the module (RegisterComponents) and unfreeze those to prune.",
                nameof(network));
        }

        return chosen;
    }

    private static bool IsBias(string name) => name.AsSpan(name.LastIndexOf('.') + 1).StartsWith("bias", StringComparison.Ordinal);
}
