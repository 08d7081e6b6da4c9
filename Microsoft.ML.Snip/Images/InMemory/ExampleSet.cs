
namespace Microsoft.ML.Snip.Images.InMemory;

/// <summary>Some of a data set's examples, by their indices: what is trained on, or what is held out.</summary>
internal sealed record ExampleSet(ImageDataset Dataset, int[] Examples)
{
    public int Count => Examples.Length;

    /// <summary>Every example of a data set.</summary>
    public static ExampleSet All(ImageDataset dataset) => new(dataset, [.. Enumerable.Range(0, dataset.Count)]);

    /// <summary>A random choice without repetition of at most <paramref name="count"/> examples, in random order.</summary>
    public ExampleSet Sample(int count, Random random)
    {
        int[] shuffled = [.. Examples];
        random.Shuffle(shuffled);
        return new ExampleSet(Dataset, shuffled.Length <= count ? shuffled : shuffled[..count]);
    }
}
