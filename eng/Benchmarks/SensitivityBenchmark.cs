using System.Diagnostics;
using Microsoft.ML.Snip.Engines.Torch.Modules;
using Microsoft.ML.Snip.Engines.Torch.Runtime;
using Microsoft.ML.Snip.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Benchmarks;

/// <summary>
/// What pruning costs: scoring every connection of a large network on one batch against one plain TorchSharp forward and backward pass of
/// it, in turns, the selection of the mask, and the most memory either takes. Processor time on one thread counts, which other programs
/// disturb least.
/// </summary>
internal static class SensitivityBenchmark
{
    private const double Sparsity = 0.95;

    private static readonly ImageShape s_shape = new(3, 32, 32);

    public static void Run(int batchSize, int rounds)
    {
        Console.WriteLine($"{Machine.CpuName()}, batches of {batchSize}, processor time on one thread, best of {rounds} rounds");
        foreach (NetworkArchitecture architecture in (NetworkArchitecture[])[NetworkArchitecture.VggD, NetworkArchitecture.Wrn22x8])
        {
            Run(NetworkDefinition.FromArchitecture(architecture, s_shape, 10), batchSize, rounds);
        }
    }

    private static void Run(NetworkDefinition definition, int batchSize, int rounds)
    {
        using var threads = new TorchThreads(1);
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
        double plainMiB = (plainPeak - before) / MiB, scoreMiB = (scorePeak - before) / MiB;
        Console.WriteLine(FormattableString.Invariant($"{definition.Name}: forward and backward {plain:F2} s, scoring {score:F2} s ")
            + FormattableString.Invariant($"({score / plain:F2} times), selection ")
            + FormattableString.Invariant($"{select:F3} s"));
        // The plain pass holds weights, gradients and activations.
        Console.WriteLine(FormattableString.Invariant($"  peak memory: forward and backward {plainMiB:F0} MiB, scoring {scoreMiB:F0} ")
            + FormattableString.Invariant($"MiB; activations and 3 times the weights are ")
            + FormattableString.Invariant($"{plainMiB + weights:F0} MiB"));
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
        TimeSpan start = Environment.CpuUsage.TotalTime;
        action();
        double seconds = (Environment.CpuUsage.TotalTime - start).TotalSeconds;
        peak = Math.Max(peak, PeakMemory.Bytes());
        return seconds;
    }
}
