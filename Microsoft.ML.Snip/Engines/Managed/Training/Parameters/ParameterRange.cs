using Microsoft.ML.Snip.Sparse.Memory;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Parameters;

/// <summary>The place of one parameter's trained numbers in a <see cref="ParameterSet"/>.</summary>
/// <param name="Name">The parameter's name in the network.</param>
/// <param name="First">The index of its first number.</param>
/// <param name="Count">The number of numbers: of a weight only the kept ones.</param>
internal sealed record ParameterRange(string Name, int First, int Count)
{
    /// <summary>The place in one of the set's arrays.</summary>
    public Span<float> In(AlignedArray<float> numbers) => numbers.Span.Slice(First, Count);
}
