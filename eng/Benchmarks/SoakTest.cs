using System.Diagnostics;
using Microsoft.ML.Snip.Benchmarks.Setup;
using Microsoft.ML.Snip.Compaction;
using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Benchmarks;

/// <summary>Eight threads predict from one executor without pause: every answer must be right, and memory must not grow.</summary>
internal static class SoakTest
{
    private const int Threads = 8, Count = 256;

    public static bool Run(string folder, double seconds)
    {
        var imageSet = new ImageSet(folder);
        bool good = true;
        foreach (NetworkArchitecture architecture in new[] { NetworkArchitecture.LeNet300, NetworkArchitecture.LeNet5 })
        {
            var @case = new Case(architecture, 0.98, [1]);
            SparseNetwork network = Compactor.Compact(PrunedNetworks.Make(@case, imageSet));
            good &= Predict(@case.Name, network, imageSet.Load(Count, network.Definition.InputShape), seconds / 2);
        }

        return good;
    }

    private static bool Predict(string name, SparseNetwork network, float[] images, double seconds)
    {
        var executor = new SparseExecutor(network, threads: 2);
        int size = network.Definition.InputShape.Count, classes = network.Definition.ClassCount;
        float[][] expected = [.. new[] { 1, 7, 64 }.Select(batch => PredictAll(executor, images, batch, size, classes))];
        long predictions = 0, wrong = 0;
        var clock = Stopwatch.StartNew();
        double settled = 0;
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(number => new Thread(() =>
        {
            int[] batches = [1, 7, 64];
            var scores = new float[64 * classes];
            for (int run = number; clock.Elapsed.TotalSeconds < seconds; run++)
            {
                int kind = run % batches.Length, batch = batches[kind], start = run * batch % (Count / batch * batch);
                Span<float> found = scores.AsSpan(0, batch * classes);
                executor.Predict(images.AsSpan(start * size, batch * size), batch, found);
                bool right = found.SequenceEqual(expected[kind].AsSpan(start * classes, batch * classes));
                Interlocked.Add(ref predictions, batch);
                Interlocked.Add(ref wrong, right ? 0 : 1);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Thread.Sleep(TimeSpan.FromSeconds(seconds / 5));
        settled = Memory();
        Array.ForEach(threads, thread => thread.Join());
        double end = Memory();
        Console.WriteLine(FormattableString.Invariant($"{name}: {Threads} threads, {seconds:F0} s, {predictions} predictions, {wrong} ")
            + FormattableString.Invariant($"wrong; working set {settled:F1} MB after a ")
            + FormattableString.Invariant($"fifth of the time, {end:F1} MB at the end"));
        return wrong == 0 && end < settled + 8;
    }

    private static float[] PredictAll(SparseExecutor executor, float[] images, int batch, int size, int classes)
    {
        var scores = new float[Count * classes];
        for (int start = 0; start + batch <= Count; start += batch)
        {
            executor.Predict(images.AsSpan(start * size, batch * size), batch, scores.AsSpan(start * classes, batch * classes));
        }

        return scores;
    }

    private static double Memory()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 / 1e6;
    }
}
