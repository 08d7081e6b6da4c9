using System.Collections.Immutable;

namespace Microsoft.ML.Snip;

/// <summary>A parameter whose elements are connections that may be cut.</summary>
/// <param name="Name">Its name in the network, as in TorchSharp's <c>named_parameters</c>: <c>conv1.weight</c>.</param>
/// <param name="Shape">Its dimensions.</param>
public sealed record PrunableParameter(string Name, ImmutableArray<long> Shape)
{
    /// <summary>How many connections it has.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => checked(product * size));
}
