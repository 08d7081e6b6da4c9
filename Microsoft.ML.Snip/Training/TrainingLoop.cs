using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.ML.Snip.Images.InMemory;

namespace Microsoft.ML.Snip.Training;

/// <summary>
/// The training loop for any engine: order of the examples, learning rate, mask updates, divergence checks, evaluation, progress.
/// </summary>
/// <param name="settings">The training settings.</param>
/// <param name="random">The random numbers for the order of the examples.</param>
/// <param name="checkAlive">Called before each batch; throws to cancel.</param>
/// <param name="report">Called after each batch.</param>
/// <param name="reportEpoch">Called after each epoch.</param>
internal sealed class TrainingLoop(
    TrainingSettings settings, RandomStreams random, Action checkAlive, Action<TrainingProgress> report, Action<EpochSummary> reportEpoch)
{
    /// <summary>Trains the network of an engine.</summary>
    /// <param name="engine">Computes the steps for a network with its initial weights and mask.</param>
    /// <param name="mask">The kept connections at the start.</param>
    /// <param name="training">The training set.</param>
    /// <param name="validation">The validation set, evaluated after each epoch, or null.</param>
    /// <returns>
    /// The results of each epoch and the final mask, which is <paramref name="mask"/> itself if there are no mask updates.
    /// </returns>
    public (TrainingHistory History, PruningMask Mask) Run(
        ITrainingEngine engine, PruningMask mask, ExampleSet training, ExampleSet? validation)
    {
        int batchCount = settings.CountBatches(training.Count);
        int lastCount = training.Count - ((batchCount - 1) * settings.BatchSize);
        Random shuffler = random.Create("order of the training examples");
        int[] order = [.. training.Examples];
        long steps = (long)batchCount * settings.Epochs, step = 0;
        MaskUpdateSchedule? updates = settings.DropFraction > 0
            ? new MaskUpdateSchedule(settings.DropFraction, settings.MaskUpdateInterval, steps)
            : null;
        var epochs = ImmutableArray.CreateBuilder<EpochSummary>();
        var clock = Stopwatch.StartNew();
        for (int epoch = 1; epoch <= settings.Epochs; epoch++)
        {
            shuffler.Shuffle(order);
            double lossSum = 0, rate = 0;
            long correctCount = 0, seen = 0;
            for (int batch = 0; batch < batchCount; batch++)
            {
                checkAlive();
                rate = settings.Schedule.At(settings.LearningRate, step, steps);
                int start = batch * settings.BatchSize, count = batch + 1 == batchCount ? lastCount : settings.BatchSize;
                (double loss, long correct) = engine.Step(order.AsSpan(start, count), rate);
                step++;
                Divergence.CheckLoss(loss, batch + 1, epoch, settings);
                if (updates?.FractionAfter(step) is > 0 and var fraction)
                {
                    engine.UpdateMask(fraction);
                }

                lossSum += loss * count;
                correctCount += correct;
                seen += count;
                double speed = (((long)(epoch - 1) * order.Length) + seen) / clock.Elapsed.TotalSeconds;
                double secondsLeft = (((long)(settings.Epochs - epoch) * order.Length) + order.Length - seen) / speed;
                report(new TrainingProgress(
                    epoch, settings.Epochs, batch + 1, batchCount, lossSum / seen, (double)correctCount / seen, speed,
                    TimeSpan.FromSeconds(secondsLeft)));
            }

            if (engine.FindNotFinite() is { } name)
            {
                throw Divergence.Found($"after epoch {epoch} '{name}' has values that are not finite", settings.LearningRate);
            }

            (double Loss, double Accuracy)? validated = validation is null ? null : Evaluate(engine, validation);
            epochs.Add(new EpochSummary(epoch, rate, lossSum / seen, (double)correctCount / seen, validated?.Loss, validated?.Accuracy));
            reportEpoch(epochs[^1]);
        }

        engine.Finish();
        return (new TrainingHistory(epochs.ToImmutable()), updates is null ? mask : engine.ReadMask());
    }

    /// <summary>Mean cross-entropy and accuracy over the whole set, the last partial batch included.</summary>
    private (double Loss, double Accuracy) Evaluate(ITrainingEngine engine, ExampleSet validation)
    {
        double lossSum = 0;
        long correctCount = 0;
        for (int start = 0; start < validation.Count; start += settings.BatchSize)
        {
            checkAlive();
            (double loss, long correct) = engine.Evaluate(
                validation.Examples.AsSpan(start, Math.Min(settings.BatchSize, validation.Count - start)));
            lossSum += loss;
            correctCount += correct;
        }

        return (lossSum / validation.Count, (double)correctCount / validation.Count);
    }
}
