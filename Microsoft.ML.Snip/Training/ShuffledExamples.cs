using Microsoft.ML.Snip.Images.Examples;

namespace Microsoft.ML.Snip.Training;

/// <summary>
/// The batches of each epoch: the training examples in a random order that depends on the epoch's number only. Images that are not in
/// memory are read again, in a random order if the rows can be read in any, and mixed in a buffer.
/// </summary>
/// <param name="training">The training set.</param>
/// <param name="settings">The training settings.</param>
/// <param name="random">The random numbers.</param>
internal sealed class ShuffledExamples(ExampleSet training, TrainingSettings settings, RandomStreams random)
{
    /// <summary>The number of batches of an epoch.</summary>
    public int BatchCount { get; } = settings.CountBatches(training.Count);

    private ShuffleBuffer? _buffer;
    private PixelStore? _buffered;

    /// <summary>The batches of an epoch. A batch is valid until the next is read.</summary>
    /// <param name="epoch">The number of the epoch; the first is 1.</param>
    /// <param name="first">How many of its batches to leave out.</param>
    public IEnumerable<ExampleBatch> Read(int epoch, int first)
    {
        Random order = random.Create("order of the training examples", epoch);
        return training.Dataset.Stream is { } pixels ? Stream(pixels, order, first) : Shuffle(order, first);
    }

    private int SizeOf(int batch) => batch + 1 == BatchCount ? training.Count - (batch * settings.BatchSize) : settings.BatchSize;

    private IEnumerable<ExampleBatch> Shuffle(Random order, int first)
    {
        int[] examples = [.. training.Examples];
        order.Shuffle(examples);
        for (int batch = first; batch < BatchCount; batch++)
        {
            yield return new ExampleBatch(training.Dataset, examples.AsMemory(batch * settings.BatchSize, SizeOf(batch)));
        }
    }

    private IEnumerable<ExampleBatch> Stream(StreamedPixels pixels, Random order, int first)
    {
        ImageDataset dataset = training.Dataset;
        bool[] isTaken = training.MarkExamples();
        _buffered ??= pixels.NewStore(dataset.Shape, Math.Min(training.Count, pixels.CountBuffered(dataset.Shape)));
        ShuffleBuffer buffer = _buffer ??= new ShuffleBuffer(_buffered);
        var stream = new BatchStream(dataset, settings.CountLargestBatch(training.Count), SizeOf);
        return stream.Read(
            () =>
            {
                buffer.Clear();
                pixels.Passes.Read(
                    order,
                    (index, raw) =>
                    {
                        if (isTaken[index])
                        {
                            buffer.Take(index, raw, order, GoOut);
                        }
                    },
                    stream.Check);
                buffer.Empty(order, GoOut);
            },
            first);

        void GoOut(int index, int place) => stream.Add(index, _buffered, place);
    }
}
