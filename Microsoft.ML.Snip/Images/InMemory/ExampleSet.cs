
namespace Microsoft.ML.Snip.Images.InMemory;

/// <summary>A subset of a data set's examples, by index: the examples to train on, or those held out.</summary>
internal sealed record ExampleSet(ImageDataset Dataset, int[] Examples)
{
    public int Count => Examples.Length;

    /// <summary>All examples of a data set.</summary>
    public static ExampleSet All(ImageDataset dataset) => new(dataset, [.. Enumerable.Range(0, dataset.Count)]);

    /// <summary>A batch of consecutive examples.</summary>
    /// <param name="start">The place of the first one.</param>
    /// <param name="count">The number of examples.</param>
    public ExampleBatch Take(int start, int count) => new(Dataset, Examples.AsMemory(start, count));

    /// <summary>A random sample without replacement of at most <paramref name="count"/> examples, in random order.</summary>
    public ExampleSet Sample(int count, Random random)
    {
        int[] shuffled = [.. Examples];
        random.Shuffle(shuffled);
        return new ExampleSet(Dataset, shuffled.Length <= count ? shuffled : shuffled[..count]);
    }
}
