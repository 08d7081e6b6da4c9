namespace Microsoft.ML.Snip.Images.Examples;

/// <summary>Examples of a data set that are computed with at once.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Examples">The indices of the examples.</param>
internal readonly record struct ExampleBatch(ImageDataset Dataset, ReadOnlyMemory<int> Examples)
{
    /// <summary>The number of examples.</summary>
    public int Count => Examples.Length;

    /// <summary>How much an example counts in training.</summary>
    /// <param name="at">Its place in the batch.</param>
    public float WeightOf(int at) => Dataset.Weights is { } weights ? weights[Examples.Span[at]] : 1;

    /// <summary>The class of an example.</summary>
    /// <param name="at">Its place in the batch.</param>
    public int LabelOf(int at) => Dataset.Labels[Examples.Span[at]];
}
