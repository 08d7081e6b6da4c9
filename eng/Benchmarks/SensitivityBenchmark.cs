using System.Diagnostics;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Benchmarks;

/// <summary>
/// What pruning costs: scoring every connection of a large network on one batch against one plain TorchSharp forward and backward pass of it, in turns,
/// the selection of the mask, and the most memory either takes.
/// </summary>
internal static class SensitivityBenchmark
{
    private const double Sparsity = 0.95;

    private static readonly ImageShape s_shape = new(3, 32, 32);

    public static void Run(int batchSize, int rounds)
    {
        Console.WriteLine($"{Machine.CpuName()}, batches of {batchSize}, best of {rounds} rounds");
        foreach (NetworkArchitecture architecture in (NetworkArchitecture[])[NetworkArchitecture.VggD, NetworkArchitecture.Wrn22x8])
        {
            Run(NetworkDefinition.FromArchitecture(architecture, s_shape, 10), batchSize, rounds);
        }
    }

    private static void Run(NetworkDefinition definition, int batchSize, int rounds)
    {
        using var threads = new TorchThreads(TorchThreads.Choose(definition, batchSize));
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor images = randn([batchSize, s_shape.Channels, s_shape.Height, s_shape.Width], generator: generator);
        Tensor labels = randint(0, definition.ClassCount, [batchSize], int64, generator: generator);
        long before = PeakMemory.Restart();
        using var network = new TorchNetwork(definition);
        network.LoadParameters(WeightInitializer.Draw(definition, new Random(1)));
        network.eval();

        double plain = double.MaxValue, score = double.MaxValue, select = double.MaxValue;
        long plainPeak = 0, scorePeak = 0;
        for (int round = 0; round < rounds; round++)
        {
            plain = Math.Min(plain, Time(() => PassOnce(network, images, labels), ref plainPeak));
            PruningScores? scores = null;
            score = Math.Min(score, Time(() => scores = ConnectionSensitivity.Score(network, images, labels), ref scorePeak));
            var clock = Stopwatch.StartNew();
            PruningMask.Select(scores!, Sparsity);
            select = Math.Min(select, clock.Elapsed.TotalSeconds);
        }

        const double MiB = 1 << 20;
        double weights = definition.Parameters.Sum(parameter => parameter.Count) * sizeof(float) / MiB;
        double activations = definition.Layers.Sum(layer => definition.ShapeOf(layer.Name).Count) * sizeof(float) * batchSize / MiB;
        Console.WriteLine(FormattableString.Invariant($"{definition.Name}: forward and backward {plain:F2} s, scoring {score:F2} s ({score / plain:F2} times), selection {select:F3} s"));
        Console.WriteLine(FormattableString.Invariant(
            $"  peak memory: forward and backward {(plainPeak - before) / MiB:F0} MiB, scoring {(scorePeak - before) / MiB:F0} MiB; 3 x weights + activations = 3 x {weights:F0} + {activations:F0} = {(3 * weights) + activations:F0} MiB"));
    }

    private static void PassOnce(TorchNetwork network, Tensor images, Tensor labels)
    {
        using DisposeScope scope = NewDisposeScope();
        nn.functional.cross_entropy(network.forward(images), labels).backward();
        network.zero_grad(set_to_none: true);
    }

    private static double Time(Action action, ref long peak)
    {
        GC.Collect();
        PeakMemory.Restart();
        var clock = Stopwatch.StartNew();
        action();
        double seconds = clock.Elapsed.TotalSeconds;
        peak = Math.Max(peak, PeakMemory.Bytes());
        return seconds;
    }
}
