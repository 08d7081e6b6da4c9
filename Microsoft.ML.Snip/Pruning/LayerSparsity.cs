namespace Microsoft.ML.Snip;

/// <summary>A sparsity for some layers.</summary>
/// <param name="Pattern">
/// The name of a layer (<c>conv1</c>) or of a parameter (<c>lstm1.weight_hh_l0</c>), in which * stands for any characters and ? for one.
/// </param>
/// <param name="Sparsity">The fraction of the connections of these layers together to prune, in [0, 1).</param>
public sealed record LayerSparsity(string Pattern, double Sparsity);
