using System.Collections.Immutable;
using Microsoft.ML.Snip.Images.Examples;

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
        (double lossSum, ClassEvaluation[] classes) = Run();
        return summary with
        {
            ValidationLoss = lossSum / validation.Count,
            ValidationAccuracy = (double)classes.Sum(entry => entry.Correct) / validation.Count,
            ValidationMacroAccuracy = classes.Where(entry => entry.Images > 0).Average(entry => entry.Recall),
        };
    }

    /// <summary>The results of each class.</summary>
    public ImmutableArray<ClassEvaluation> EvaluateClasses() => [.. Run().Classes];

    private (double LossSum, ClassEvaluation[] Classes) Run()
    {
        double lossSum = 0;
        int classes = validation.Dataset.Classes.Count;
        int[] predicted = new int[batchSize], images = new int[classes], predictions = new int[classes], correct = new int[classes];
        foreach (ExampleBatch batch in validation.ReadInOrder(batchSize))
        {
            checkAlive();
            lossSum += engine.Evaluate(batch, predicted.AsSpan(0, batch.Count));
            for (int at = 0; at < batch.Count; at++)
            {
                int label = batch.LabelOf(at);
                images[label]++;
                predictions[predicted[at]]++;
                correct[label] += predicted[at] == label ? 1 : 0;
            }
        }

        return (lossSum, [.. images.Select((count, label) => new ClassEvaluation(count, predictions[label], correct[label]))]);
    }
}
