using System.Collections.Immutable;

namespace Microsoft.ML.Snip;

/// <summary>A parameter whose elements are connections that can be pruned.</summary>
/// <param name="Name">The parameter's name in the network, as in TorchSharp's <c>named_parameters</c>: <c>conv1.weight</c>.</param>
/// <param name="Shape">The parameter's dimensions.</param>
public sealed record PrunableParameter(string Name, ImmutableArray<long> Shape)
{
    /// <summary>The number of connections.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => checked(product * size));
}
