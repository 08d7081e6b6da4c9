using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Snip.Benchmarks.Setup;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Benchmarks.Training;

/// <summary>
/// Training steps of the managed engine, of TorchSharp with masks, and of a plain TorchSharp loop without masks, in turns, as a Markdown
/// table. Peak memory is measured in a process of its own for each.
/// </summary>
internal sealed class TrainingBenchmark(BenchmarkOptions options)
{
    /// <summary>Steps of the processes that measure memory.</summary>
    private const int MemorySteps = 3;

    private double Seconds => options.Quick ? 6 : 30;

    public void Run()
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"CPU: {Machine.CpuName()}, {Environment.ProcessorCount} logical cores; {options.Path ?? VectorPaths.Best}; batches of "
            + $"{TrainingCase.BatchSize}; medians"));
        Console.WriteLine();
        Console.WriteLine(
            "| network | threads | managed, ms | masked, ms | dense, ms | masked / managed | dense / managed | managed epoch, s | "
            + "managed, MB | masked, MB | dense, MB |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        var images = new ImageSet(options.Data);
        foreach (TrainingCase @case in TrainingCase.All.Where(
            @case => @case.Name.Contains(options.Filter, StringComparison.OrdinalIgnoreCase)))
        {
            foreach (int threads in options.Threads)
            {
                Measure(@case, images, threads);
            }
        }
    }

    /// <summary>Runs some steps and prints the peak of the memory that they took, in megabytes.</summary>
    public static void MeasureMemory(string peer, string name, string folder)
    {
        TorchSharp.torch.set_num_threads(1);
        TrainingCase @case = TrainingCase.All.Single(@case => @case.Name == name);
        using var trainer = TrainingPeer.Create(peer, @case, new ImageSet(folder), threads: 1);
        GC.Collect();
        long before = PeakMemory.Restart();
        for (int step = 0; step < MemorySteps; step++)
        {
            trainer.Step();
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{PeakMemory.Bytes() / 1e6:F0} {before / 1e6:F0}"));
    }

    private void Measure(TrainingCase @case, ImageSet images, int threads)
    {
        TorchSharp.torch.set_num_threads(threads);
        TrainingPeer[] peers = [.. TrainingPeer.Names.Select(name => TrainingPeer.Create(name, @case, images, threads))];
        List<double>[] times = [[], [], []];
        int[] steps = [1, 1, 1];
        for (int peer = 0; peer < peers.Length; peer++)
        {
            var warm = Stopwatch.StartNew();
            int done = 0;
            do
            {
                peers[peer].Step();
                done++;
            }
            while (warm.ElapsedMilliseconds < 1500);
            steps[peer] = Math.Max(1, (int)(done * 50 / warm.ElapsedMilliseconds));
        }

        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < Seconds || times[0].Count < 5)
        {
            for (int peer = 0; peer < peers.Length; peer++)
            {
                double start = Now(threads);
                for (int step = 0; step < steps[peer]; step++)
                {
                    peers[peer].Step();
                }

                times[peer].Add((Now(threads) - start) / 1000 / steps[peer]);
            }
        }

        Array.ForEach(peers, peer => peer.Dispose());
        double managed = Timing.Median(times[0]);
        string[] memory = threads > 1 || options.Quick ? ["", "", ""] : [.. TrainingPeer.Names.Select(name => ReadMemory(name, @case))];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {@case.Name} | {threads} | {managed:G3} | {Timing.Median(times[1]):G3} | {Timing.Median(times[2]):G3} | "
            + $"**{Ratio(times[1], times[0]):F1}** | {Ratio(times[2], times[0]):F1} | "
            + $"{managed * @case.EpochImages / TrainingCase.BatchSize / 1000:G3} | {memory[0]} | {memory[1]} | {memory[2]} |"));
    }

    private static double Ratio(List<double> times, List<double> managed) =>
        Timing.Median(times.Zip(managed, (torch, ours) => torch / ours));

    /// <summary>Microseconds: with one thread its processor time, which leaves out what other programs take.</summary>
    private static double Now(int threads) =>
        threads == 1 ? ThreadClock.Microseconds() : Stopwatch.GetTimestamp() * 1e6 / Stopwatch.Frequency;

    private string ReadMemory(string peer, TrainingCase @case)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        string[] arguments = ["training-memory", peer, @case.Name, options.Data];
        Array.ForEach(arguments, start.ArgumentList.Add);
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Split(' ')[0];
    }
}
