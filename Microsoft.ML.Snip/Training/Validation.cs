using Microsoft.ML.Snip.Images.InMemory;

namespace Microsoft.ML.Snip.Training;

/// <summary>Evaluates the whole validation set, the last partial batch included.</summary>
/// <param name="engine">Computes the network.</param>
/// <param name="validation">The validation set.</param>
/// <param name="batchSize">The number of examples that are evaluated at once.</param>
/// <param name="checkAlive">Called before each batch; throws to cancel.</param>
internal sealed class Validation(ITrainingEngine engine, ExampleSet validation, int batchSize, Action checkAlive)
{
    /// <summary>Adds the results to the summary of an epoch.</summary>
    public EpochSummary AddTo(EpochSummary summary)
    {
        double lossSum = 0;
        int classes = validation.Dataset.Classes.Count;
        int[] predicted = new int[batchSize], counts = new int[classes], correct = new int[classes];
        for (int start = 0; start < validation.Count; start += batchSize)
        {
            checkAlive();
            ExampleBatch batch = validation.Take(start, Math.Min(batchSize, validation.Count - start));
            lossSum += engine.Evaluate(batch, predicted.AsSpan(0, batch.Count));
            for (int at = 0; at < batch.Count; at++)
            {
                int label = batch.LabelOf(at);
                counts[label]++;
                correct[label] += predicted[at] == label ? 1 : 0;
            }
        }

        return summary with
        {
            ValidationLoss = lossSum / validation.Count,
            ValidationAccuracy = (double)correct.Sum() / validation.Count,
            ValidationMacroAccuracy = counts.Zip(correct).Where(pair => pair.First > 0).Average(pair => (double)pair.Second / pair.First),
        };
    }
}
