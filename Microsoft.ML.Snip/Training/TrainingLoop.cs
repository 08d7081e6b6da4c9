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
        double warmUpSteps = settings.WarmUpEpochs * batchCount;
        BestEpoch? best = settings.EarlyStopping is { } stopping && validation is not null ? new BestEpoch(stopping) : null;
        MaskUpdateSchedule? updates = settings.DropFraction > 0
            ? new MaskUpdateSchedule(settings.DropFraction, settings.MaskUpdateInterval, steps)
            : null;
        var epochs = ImmutableArray.CreateBuilder<EpochSummary>();
        var clock = Stopwatch.StartNew();
        bool isTimeUp = false;
        for (int epoch = 1; epoch <= settings.Epochs && !isTimeUp && best is not { IsPatienceOver: true }; epoch++)
        {
            shuffler.Shuffle(order);
            double lossSum = 0, rate = 0;
            long correctCount = 0, seen = 0;
            for (int batch = 0; batch < batchCount && !isTimeUp; batch++)
            {
                checkAlive();
                rate = settings.Schedule.At(settings.LearningRate, step, steps) * Math.Min(1, (step + 1) / Math.Max(1, warmUpSteps));
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
                isTimeUp = clock.Elapsed >= settings.MaxTime;
            }

            if (engine.FindNotFinite() is { } name)
            {
                throw Divergence.Found($"after epoch {epoch} '{name}' has values that are not finite", settings.LearningRate);
            }

            var summary = new EpochSummary(epoch, rate, lossSum / seen, (double)correctCount / seen);
            summary = validation is null ? summary : Evaluate(engine, validation, summary);
            epochs.Add(summary);
            reportEpoch(summary);
            if (best?.IsBest(summary) == true)
            {
                engine.KeepWeights();
            }
        }

        if (best is not null && best.Number != epochs[^1].Epoch)
        {
            engine.RestoreWeights();
        }

        engine.Finish();
        var history = new TrainingHistory(epochs.ToImmutable()) { BestEpoch = best?.Number };
        return (history, updates is null ? mask : engine.ReadMask());
    }

    /// <summary>Adds the results on the whole validation set, the last partial batch included.</summary>
    private EpochSummary Evaluate(ITrainingEngine engine, ExampleSet validation, EpochSummary summary)
    {
        double lossSum = 0;
        int classes = validation.Dataset.Classes.Count;
        int[] predicted = new int[settings.BatchSize], counts = new int[classes], correct = new int[classes];
        for (int start = 0; start < validation.Count; start += settings.BatchSize)
        {
            checkAlive();
            ReadOnlySpan<int> examples = validation.Examples.AsSpan(start, Math.Min(settings.BatchSize, validation.Count - start));
            lossSum += engine.Evaluate(examples, predicted.AsSpan(0, examples.Length));
            for (int at = 0; at < examples.Length; at++)
            {
                int label = validation.Dataset.Labels[examples[at]];
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
