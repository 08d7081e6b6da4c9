using System.Diagnostics;
using Microsoft.ML.Snip.DataViews.Loading;
using Microsoft.ML.Snip.Engines.Managed.Training;
using Microsoft.ML.Snip.Engines.Torch.Modules;
using Microsoft.ML.Snip.Engines.Torch.Runtime;
using Microsoft.ML.Snip.Engines.Torch.Training;
using Microsoft.ML.Snip.Images.InMemory;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Benchmarks;

/// <summary>
/// An epoch of LeNet-300-100 on one thread: the managed engine, TorchSharp with masks, and a plain TorchSharp loop without masks, with the
/// same network, images and batches, in turns.
/// </summary>
internal static class TrainingBenchmark
{
    private const int BatchSize = 100;
    private const double LearningRate = 0.02, Momentum = 0.9, WeightDecay = 5e-4;

    private static readonly double[] Sparsities = [0.5, 0.75, 0.9, 0.95, 0.98, 0.99];

    public static void Run(string folder, int rounds)
    {
        var mlContext = new MLContext(0);
        IDataView rows = mlContext.Snip().LoadIdx(
            Path.Combine(folder, "train-images-idx3-ubyte.gz"), Path.Combine(folder, "train-labels-idx1-ubyte.gz"));
        IDataView keyed = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
        ImageDataset dataset = new ImageDatasetLoader("Label", "Image", () => { }, Console.WriteLine).LoadTrainingSet(keyed);
        PixelNormalization normalization = dataset.ComputeNormalization();
        NetworkDefinition definition = NetworkDefinition.FromArchitecture(
            NetworkArchitecture.LeNet300, dataset.Shape, dataset.Classes.Count);
        using var threads = new TorchThreads(1);
        Console.WriteLine(
            $"{definition.Name}, {dataset.Count} images, batches of {BatchSize}, one thread, {Machine.CpuName()}, medians of {rounds} "
            + "epochs");
        Console.WriteLine("sparsity   managed s   ms a step   masked s   plain s   masked / managed");
        foreach (double sparsity in Sparsities)
        {
            double[] managed = new double[rounds], masked = new double[rounds], plain = new double[rounds];
            for (int round = -1; round < rounds; round++)
            {
                // The round before the first warms up.
                int at = Math.Max(0, round);
                managed[at] = Epoch(definition, dataset, normalization, sparsity, TrainingEngine.Managed);
                masked[at] = Epoch(definition, dataset, normalization, sparsity, TrainingEngine.Torch);
                plain[at] = PlainEpoch(definition, dataset, normalization);
            }

            double epoch = Timing.Median(managed), steps = Math.Ceiling((double)dataset.Count / BatchSize);
            Console.WriteLine(FormattableString.Invariant(
                $"{sparsity,8:P0} {epoch,11:F3} {epoch * 1000 / steps,11:F3} {Timing.Median(masked),10:F2} {Timing.Median(plain),9:F2}")
                + FormattableString.Invariant($" {Timing.Median(masked.Zip(managed, (torch, ours) => torch / ours)),18:F1}"));
        }
    }

    private static double Epoch(
        NetworkDefinition definition, ImageDataset dataset, PixelNormalization normalization, double sparsity, TrainingEngine kind)
    {
        using DisposeScope scope = NewDisposeScope();
        using var network = new TorchNetwork(definition);
        using var batches = new BatchTensors(dataset, normalization, BatchSize);
        PruningScores scores = ConnectionSensitivity.Score(network, [batches.Fill([.. Enumerable.Range(0, BatchSize)])]);
        var settings = new TrainingSettings(
            1, BatchSize, TrainingOptimizer.Sgd, LearningRate, LearningRateSchedule.Constant, Momentum, WeightDecay, DropFraction: 0,
            MaskUpdateInterval: 1, Augmentation: null);
        var random = new RandomStreams(0);
        var training = ExampleSet.All(dataset);
        var mask = PruningMask.Select(scores, sparsity);
        var clock = Stopwatch.StartNew();
        using ITrainingEngine engine = kind == TrainingEngine.Managed
            ? ManagedEngine.Create(
                TrainedNetwork.ToSparse(network, mask), mask, settings, training, null, normalization, random, _ => { })
            : new TorchEngine(network, mask, settings, training, null, normalization, random);
        new TrainingLoop(settings, random, () => { }, _ => { }, _ => { }).Run(engine, mask, training, null);
        return clock.Elapsed.TotalSeconds;
    }

    /// <summary>
    /// As a TorchSharp user writes it: the whole set as one tensor of floats, rows picked by a shuffled index, loss and accuracy counted.
    /// </summary>
    private static double PlainEpoch(NetworkDefinition definition, ImageDataset dataset, PixelNormalization normalization)
    {
        using DisposeScope scope = NewDisposeScope();
        using var network = nn.Sequential(
            nn.Flatten(), nn.Linear(dataset.Shape.Count, 300), nn.ReLU(), nn.Linear(300, 100), nn.ReLU(),
            nn.Linear(100, definition.ClassCount));
        using var all = new BatchTensors(dataset, normalization, dataset.Count);
        (Tensor images, Tensor labels) = all.Fill([.. Enumerable.Range(0, dataset.Count)]);
        using var optimizer = optim.SGD(network.parameters(), LearningRate, Momentum, weight_decay: WeightDecay);
        double lossSum = 0;
        long right = 0;
        var clock = Stopwatch.StartNew();
        Tensor order = randperm(dataset.Count);
        for (int start = 0; start < dataset.Count; start += BatchSize)
        {
            using DisposeScope step = NewDisposeScope();
            Tensor chosen = order.narrow(0, start, Math.Min(BatchSize, dataset.Count - start));
            Tensor target = labels.index_select(0, chosen);
            Tensor logits = network.forward(images.index_select(0, chosen));
            Tensor loss = nn.functional.cross_entropy(logits, target);
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            lossSum += loss.item<float>();
            right += logits.argmax(1).eq(target).sum().item<long>();
        }

        return lossSum >= 0 && right >= 0 ? clock.Elapsed.TotalSeconds : double.NaN;
    }
}
