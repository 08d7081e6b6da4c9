namespace Microsoft.ML.Snip.Images.Examples;

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

    /// <summary>The same examples with their pixels in memory.</summary>
    /// <param name="check">Called now and then if pixels have to be read again; throws to stop.</param>
    public ExampleSet Load(Action check) => Dataset.Load(Examples, check);

    /// <summary>The examples in order, batch by batch. A batch is valid until the next is read.</summary>
    /// <param name="batchSize">The number of examples in a batch; the last batch may have fewer.</param>
    public IEnumerable<ExampleBatch> ReadInOrder(int batchSize) =>
        Dataset.Stream is null ? TakeInOrder(batchSize) : StreamInOrder(Dataset.Stream, batchSize);

    private IEnumerable<ExampleBatch> TakeInOrder(int batchSize)
    {
        for (int start = 0; start < Count; start += batchSize)
        {
            yield return Take(start, Math.Min(batchSize, Count - start));
        }
    }

    /// <summary>Reads the pixels again, in the order of the rows, which is that of the examples.</summary>
    private IEnumerable<ExampleBatch> StreamInOrder(StreamedPixels pixels, int batchSize)
    {
        bool[] isTaken = MarkExamples();
        var stream = new BatchStream(Dataset, Math.Min(batchSize, Count), batch => Math.Min(batchSize, Count - (batch * batchSize)));
        return stream.Read(
            () => pixels.Passes.Read(
                order: null,
                (index, raw) =>
                {
                    if (isTaken[index])
                    {
                        stream.Add(index, raw);
                    }
                },
                stream.Check),
            first: 0);
    }

    /// <summary>For each image of the data set, whether it is one of the examples.</summary>
    public bool[] MarkExamples()
    {
        var marks = new bool[Dataset.Count];
        Array.ForEach(Examples, example => marks[example] = true);
        return marks;
    }

    /// <summary>A random sample without replacement of at most <paramref name="count"/> examples, in random order.</summary>
    public ExampleSet Sample(int count, Random random)
    {
        int[] shuffled = [.. Examples];
        random.Shuffle(shuffled);
        return new ExampleSet(Dataset, shuffled.Length <= count ? shuffled : shuffled[..count]);
    }
}
