using System.Globalization;
using Microsoft.ML.Snip.Benchmarks.Peers;
using Microsoft.ML.Snip.Benchmarks.Setup;
using Microsoft.ML.Snip.Compaction;
using Microsoft.ML.Snip.Engines.Torch.Runtime;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Benchmarks;

/// <summary>Prediction with kept connections against dense prediction, as a Markdown table.</summary>
internal sealed class InferenceBenchmark(BenchmarkOptions options)
{
    public void Run()
    {
        TorchSharp.torch.set_num_threads(1);
        double peak = PeakFma.Measure();
        VectorPath path = options.Path ?? VectorPaths.Best;
        Console.WriteLine($"CPU: {Machine.CpuName()}, {Environment.ProcessorCount} logical cores; {path}; {peak:F0} G multiply-adds a "
            + "second is one core's peak");
        Console.WriteLine();
        Console.WriteLine("| network | kept FLOPs | batch | threads | TorchSharp, us | ONNX Runtime, us | sparse, us | vs TorchSharp | "
            + "vs ONNX Runtime | G kept FMA/s | of peak |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        var imageSet = new ImageSet(options.Data);
        foreach (Case @case in Case.All.Where(@case => @case.Name.Contains(options.Filter, StringComparison.OrdinalIgnoreCase)))
        {
            SparseNetwork network = PrunedNetworks.Make(@case, imageSet);
            foreach (int batch in @case.Batches)
            {
                foreach (int threads in options.Threads)
                {
                    Measure(@case, network, imageSet, batch, threads, peak);
                }
            }
        }
    }

    private void Measure(Case @case, SparseNetwork network, ImageSet imageSet, int batch, int threads, double peak)
    {
        float[] images = imageSet.Load(batch, network.Definition.InputShape);
        var sparse = new SparsePeer(Compactor.Compact(network), images, batch, threads, options.Path);
        using var onnx = new OnnxPeer(network, images, batch, threads);
        using var torch = new TorchPeer(network, images, batch, threads);
        Peer[] peers = [sparse, onnx, torch];
        foreach (Peer peer in peers)
        {
            peer.Run();
        }

        RequireSame(onnx.Logits(), sparse.Logits(), onnx.Name);
        bool torchIsWrong = ConvolutionCheck.FindFault() is not null && FindDifference(torch.Logits(), sparse.Logits()) is not null;
        if (!torchIsWrong)
        {
            RequireSame(torch.Logits(), sparse.Logits(), torch.Name);
        }

        double[] times = Timing.Measure(peers, options.Quick ? 15 : 60, options.Quick ? 1 : 4, wallClock: threads > 1);
        long dense = network.Definition.Parameters.Where(parameter => parameter.Role == ParameterRole.Weight).Sum(
            parameter => parameter.Count * parameter.OutputPositions);
        long kept = network.Definition.Parameters.Where(parameter => parameter.Role == ParameterRole.Weight)
            .Sum(parameter => network.Weights[parameter.Name].KeptCount * parameter.OutputPositions);
        double ours = times[0], speed = kept * batch / ours / 1000;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {@case.Name} | {100.0 * kept / dense:F1} % | {batch} | {threads} | "
            + $"{times[2]:F1}{(torchIsWrong ? " (wrong numbers)" : string.Empty)} | {times[1]:F1} | {ours:F1} | {times[2] / ours:F1} | "
            + $"**{times[1] / ours:F1}** | {speed:F1} | {100 * speed / (peak * threads):F0} % |"));
    }

    private static void RequireSame(float[] expected, float[] actual, string peer)
    {
        if (FindDifference(expected, actual) is { } at)
        {
            throw new InvalidOperationException($"The sparse executor gives {actual[at]} where {peer} gives {expected[at]}.");
        }
    }

    /// <summary>Where the logits differ by more than rounding; null if nowhere.</summary>
    private static int? FindDifference(float[] expected, float[] actual)
    {
        float scale = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(expected[i] - actual[i]) <= 1e-4f * scale))
            {
                return i;
            }
        }

        return null;
    }
}
