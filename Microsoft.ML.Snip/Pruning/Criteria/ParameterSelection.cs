using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Pruning.Criteria;

/// <summary>
/// Which parameters of a module are prunable. Connections are the weights of linear, convolutional and recurrent layers: trainable
/// parameters of floating point with two dimensions or more, whatever module owns them, so that layers of one's own count too.
/// Normalisations and embeddings connect nothing and are left out, and so are frozen parameters, which could not adapt to what is cut.
/// </summary>
internal static class ParameterSelection
{
    /// <summary>The prunable parameters in the order of <c>named_parameters</c>.</summary>
    /// <param name="network">Any module.</param>
    /// <param name="includeBiases">Whether parameters of one dimension whose name starts with "bias" are prunable too.</param>
    /// <param name="isPrunable">Narrows the choice: false keeps the parameter of this name whole. Null narrows nothing.</param>
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
                $"Module {network.GetType().Name} has nothing to prune: no parameter of two dimensions or more that is trainable "
                + "(requires_grad), belongs to no normalisation or embedding, and is let through by the predicate. "
                + "Register layers and parameters with the module (RegisterComponents) and unfreeze those to prune.",
                nameof(network));
        }

        return chosen;
    }

    private static bool IsBias(string name) => name.AsSpan(name.LastIndexOf('.') + 1).StartsWith("bias", StringComparison.Ordinal);
}
