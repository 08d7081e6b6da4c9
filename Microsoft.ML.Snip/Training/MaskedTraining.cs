using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.ML.Snip.Data;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Training;

/// <summary>The epoch loop: trains a network on the connections its masks keep.</summary>
/// <param name="settings">The recipe.</param>
/// <param name="random">Where the order of the examples, the changes of augmented pictures and the connections that rewiring grows come from.</param>
/// <param name="checkAlive">Called before each batch; throws to cancel.</param>
/// <param name="report">Called after each batch.</param>
/// <param name="reportEpoch">Called after each epoch.</param>
internal sealed class MaskedTraining(
    TrainingSettings settings, RandomStreams random, Action checkAlive, Action<TrainingProgress> report, Action<EpochSummary> reportEpoch)
{
    /// <summary>Trains and leaves the network in evaluation mode, its cut weights exactly 0.</summary>
    /// <param name="network">The network, its initial weights set.</param>
    /// <param name="mask">Which connections are kept.</param>
    /// <param name="training">The training set.</param>
    /// <param name="validation">A set to evaluate on after each epoch, or null.</param>
    /// <param name="normalization">How pixels are normalised.</param>
    /// <returns>What each epoch came to, and which connections are kept in the end: those of <paramref name="mask"/>, unless they were rewired.</returns>
    public (TrainingHistory History, PruningMask Mask) Run(
        nn.Module<Tensor, Tensor> network,
        PruningMask mask,
        ExampleSet training,
        ExampleSet? validation,
        PixelNormalization normalization)
    {
        Divergence.Foresee(settings);
        if (network is TorchNetwork layers)
        {
            CheckBatchSize(layers.Definition, Math.Min(settings.BatchSize, training.Count));
        }

        using var optimizer = new MaskedOptimizer(network, mask, settings.Optimizer, settings.Momentum, settings.WeightDecay);
        int batchCount = settings.CountBatches(training.Count), lastCount = training.Count - ((batchCount - 1) * settings.BatchSize);
        using var batches = new BatchTensors(training.Dataset, normalization, Math.Max(lastCount, Math.Min(settings.BatchSize, training.Count)));
        Augmenter? augmenter = settings.Augmentation is { } augmentation
            ? new Augmenter(augmentation, training.Dataset.Shape, normalization, random.Create("augmentation"))
            : null;
        Random shuffler = random.Create("order of the training examples");
        int[] order = [.. training.Examples];
        long steps = (long)batchCount * settings.Epochs, step = 0;
        using Rewiring? rewiring = settings.RewiringFraction > 0
            ? new Rewiring(settings.RewiringFraction, settings.RewiringInterval, steps, random.SeedOf("rewiring"))
            : null;
        var epochs = ImmutableArray.CreateBuilder<EpochSummary>();
        var clock = Stopwatch.StartNew();
        for (int epoch = 1; epoch <= settings.Epochs; epoch++)
        {
            network.train();
            shuffler.Shuffle(order);
            double lossSum = 0, rate = 0;
            long right = 0, seen = 0;
            for (int batch = 0; batch < batchCount; batch++)
            {
                checkAlive();
                rate = settings.Schedule.At(settings.LearningRate, step, steps);
                int start = batch * settings.BatchSize, count = batch + 1 == batchCount ? lastCount : settings.BatchSize;
                (double loss, long correct) = Step(network, optimizer, batches, order.AsSpan(start, count), augmenter, rate);
                step++;
                Divergence.CheckLoss(loss, batch + 1, epoch, settings);
                if (rewiring?.ShareAfter(step) is > 0 and var share)
                {
                    optimizer.Rewire(rewiring, share);
                }

                lossSum += loss * count;
                right += correct;
                seen += count;
                double speed = (((long)(epoch - 1) * order.Length) + seen) / clock.Elapsed.TotalSeconds;
                double left = (((long)(settings.Epochs - epoch) * order.Length) + order.Length - seen) / speed;
                report(new TrainingProgress(
                    epoch, settings.Epochs, batch + 1, batchCount, lossSum / seen, (double)right / seen, speed, TimeSpan.FromSeconds(left)));
            }

            Divergence.CheckState(network, epoch, settings);
            (double Loss, double Accuracy)? held = validation is null ? null : Evaluate(network, validation, normalization);
            epochs.Add(new EpochSummary(epoch, rate, lossSum / seen, (double)right / seen, held?.Loss, held?.Accuracy));
            reportEpoch(epochs[^1]);
        }

        network.eval();
        return (new TrainingHistory(epochs.ToImmutable()), rewiring is null ? mask : optimizer.ReadMask());
    }

    /// <exception cref="ArgumentException">A batch norm would have one number a channel to take statistics of.</exception>
    private static void CheckBatchSize(NetworkDefinition network, int batchSize)
    {
        if (batchSize == 1
            && network.Layers.OfType<BatchNorm>().FirstOrDefault(norm => network.ShapeOf(norm.Name) is { Height: 1, Width: 1 }) is { } single)
        {
            throw new ArgumentException($"Batch norm '{single.Name}' takes statistics of a batch, so that training needs a BatchSize of at least 2 and as many pictures.");
        }
    }

    private static (double Loss, long Correct) Step(
        nn.Module<Tensor, Tensor> network, MaskedOptimizer optimizer, BatchTensors batches, ReadOnlySpan<int> examples, Augmenter? augmenter, double learningRate)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor images, Tensor labels) = batches.Fill(examples, augmenter);
        Tensor logits = network.call(images);
        Tensor loss = nn.functional.cross_entropy(logits, labels);
        loss.backward();
        optimizer.Step(learningRate);
        return (loss.item<float>(), CountCorrect(logits, labels));
    }

    /// <summary>Mean cross-entropy and accuracy over the whole set, the last partial batch included.</summary>
    private (double Loss, double Accuracy) Evaluate(nn.Module<Tensor, Tensor> network, ExampleSet held, PixelNormalization normalization)
    {
        network.eval();
        using IDisposable inference = inference_mode();
        using var batches = new BatchTensors(held.Dataset, normalization, Math.Min(settings.BatchSize, held.Count));
        double loss = 0;
        long right = 0;
        for (int start = 0; start < held.Count; start += settings.BatchSize)
        {
            checkAlive();
            using DisposeScope scope = NewDisposeScope();
            (Tensor images, Tensor labels) = batches.Fill(held.Examples.AsSpan(start, Math.Min(settings.BatchSize, held.Count - start)));
            Tensor logits = network.call(images);
            loss += nn.functional.cross_entropy(logits, labels, reduction: nn.Reduction.Sum).item<float>();
            right += CountCorrect(logits, labels);
        }

        return (loss / held.Count, (double)right / held.Count);
    }

    private static long CountCorrect(Tensor logits, Tensor labels)
    {
        using IDisposable noGradients = no_grad();
        return logits.argmax(1).eq(labels).sum().item<long>();
    }
}
