using Microsoft.ML.Snip.Images.InMemory;

namespace Microsoft.ML.Snip.Training;

/// <summary>The batches of each epoch: the training examples in a random order that depends on the epoch's number only.</summary>
/// <param name="training">The training set.</param>
/// <param name="settings">The training settings.</param>
/// <param name="random">The random numbers.</param>
internal sealed class ShuffledExamples(ExampleSet training, TrainingSettings settings, RandomStreams random)
{
    /// <summary>The number of batches of an epoch.</summary>
    public int BatchCount { get; } = settings.CountBatches(training.Count);

    /// <summary>The batches of an epoch.</summary>
    /// <param name="epoch">The number of the epoch; the first is 1.</param>
    /// <param name="first">How many of its batches to leave out.</param>
    public IEnumerable<ExampleBatch> Read(int epoch, int first)
    {
        int[] order = [.. training.Examples];
        random.Create("order of the training examples", epoch).Shuffle(order);
        for (int batch = first; batch < BatchCount; batch++)
        {
            int start = batch * settings.BatchSize;
            int end = batch + 1 == BatchCount ? order.Length : start + settings.BatchSize;
            yield return new ExampleBatch(training.Dataset, order.AsMemory(start..end));
        }
    }
}
