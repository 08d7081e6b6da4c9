using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Snip.Benchmarks.Onnx;
using Microsoft.ML.Snip.Benchmarks.Setup;
using Microsoft.ML.Snip.Engines.Torch.Modules;
using Microsoft.ML.Snip.Formats.Model;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Sparse;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Benchmarks;

/// <summary>
/// From process start to the first prediction, and the memory it took: each run is a fresh process that loads the same network from a file
/// and predicts one image, in turns with the others.
/// </summary>
internal static class StartupBenchmark
{
    private const int Rounds = 9;

    /// <param name="folder">Where Fashion-MNIST is.</param>
    /// <param name="nativeScorer">The ScoreOnly sample as a native executable, or null.</param>
    public static void Run(string folder, string? nativeScorer)
    {
        string files = Directory.CreateTempSubdirectory().FullName;
        string model = Path.Combine(files, "model.snip"), onnx = Path.Combine(files, "model.onnx"),
            weights = Path.Combine(files, "model.dat");
        string example = Path.Combine(files, "image.png");
        WriteModels(new ImageSet(folder), model, onnx, weights);
        WriteImage(folder, example);
        string self = Environment.ProcessPath!;
        var peers = new List<(string Name, string Program, string[] Arguments)>
        {
            ("TorchSharp", self, ["first-prediction", "torch", weights]),
            ("ONNX Runtime", self, ["first-prediction", "onnx", onnx]),
            ("SnipPredictor", self, ["first-prediction", "snip", model]),
        };
        if (nativeScorer is not null)
        {
            peers.Add(("SnipPredictor, native executable, a PNG file", nativeScorer, ["--time", model, example]));
        }

        double[][] times = [.. peers.Select(_ => new double[Rounds])], memory = [.. peers.Select(_ => new double[Rounds])];
        for (int round = -1; round < Rounds; round++)
        {
            for (int peer = 0; peer < peers.Count; peer++)
            {
                (double time, double peak) = Start(peers[peer].Program, peers[peer].Arguments);
                if (round >= 0)
                {
                    times[peer][round] = time;
                    memory[peer][round] = peak;
                }
            }
        }

        Directory.Delete(files, recursive: true);
        Console.WriteLine($"LeNet-300-100 at 98 %, {Machine.CpuName()}, medians of {Rounds} fresh processes");
        Console.WriteLine();
        Console.WriteLine("| | start to end of first prediction, ms | peak memory, MB |");
        Console.WriteLine("| --- | ---: | ---: |");
        for (int peer = 0; peer < peers.Count; peer++)
        {
            Console.WriteLine(FormattableString.Invariant($"| {peers[peer].Name} | {Timing.Median(times[peer]):F0} | ")
                + FormattableString.Invariant($"{Timing.Median(memory[peer]):F0} |"));
        }
    }

    /// <summary>What a fresh process does: loads a model, predicts, and ends.</summary>
    public static void PredictOnce(string peer, string path)
    {
        var example = new float[784];
        switch (peer)
        {
            case "snip":
                SnipPredictor.Load(path).Predict(example);
                break;
            case "onnx":
                using (var session = new InferenceSession(path))
                using (var input = OrtValue.CreateTensorValueFromMemory(example, [1, 1, 28, 28]))
                using (var options = new RunOptions())
                using (session.Run(options, session.InputNames, [input], session.OutputNames))
                {
                }

                break;
            case "torch":
                using (nn.Module<Tensor, Tensor> module = Dense())
                using (no_grad())
                {
                    module.load(path);
                    module.eval();
                    module.forward(tensor(example, [1, 1, 28, 28])).data<float>().ToArray();
                }

                break;
            default:
                throw new ArgumentException($"There is no peer '{peer}'.");
        }
    }

    /// <summary>The network as a TorchSharp user writes it.</summary>
    private static nn.Module<Tensor, Tensor> Dense() => nn.Sequential(
        ("flatten", nn.Flatten()), ("fc1", nn.Linear(784, 300)), ("relu1", nn.ReLU()), ("fc2", nn.Linear(300, 100)), ("relu2", nn.ReLU()),
        ("fc3", nn.Linear(100, 10)));

    private static void WriteModels(ImageSet imageSet, string model, string onnx, string weights)
    {
        var @case = new Case(NetworkArchitecture.LeNet300, 0.98, [1]);
        SparseNetwork network = PrunedNetworks.Make(@case, imageSet);
        var report = new PruningReport(
            network.Definition.Name, [.. network.Weights.Select(
            pair => new LayerReport(pair.Key, (long)pair.Value.Rows * pair.Value.Columns, pair.Value.KeptCount, 1))]);
        var classes = new ClassLabels(
            ClassValueKind.Text, [.. Enumerable.Range(0, 10).Select(number => number.ToString(CultureInfo.InvariantCulture))]);
        ModelFile.WriteAtomically(
            model, new SnipModel(network, new PixelNormalization([72.9f], [1 / 90f]), classes, report, new TrainingHistory([])));
        File.WriteAllBytes(onnx, OnnxModel.Write(network, 1));
        using TorchNetwork module = TorchParameters.Load(network);
        using nn.Module<Tensor, Tensor> dense = Dense();
        dense.load_state_dict(module.state_dict());
        dense.save(weights);
    }

    private static void WriteImage(string folder, string path)
    {
        var mlContext = new MLContext(0);
        IDataView rows = mlContext.Snip().LoadIdx(
            Path.Combine(folder, "train-images-idx3-ubyte.gz"), Path.Combine(folder, "train-labels-idx1-ubyte.gz"));
        using DataViewRowCursor cursor = rows.GetRowCursor([rows.Schema["Image"]]);
        Microsoft.ML.Data.MLImage image = null!;
        cursor.MoveNext();
        cursor.GetGetter<Microsoft.ML.Data.MLImage>(rows.Schema["Image"])(ref image);
        image.Save(path);
    }

    /// <summary>Milliseconds from before the start to the end of a process, and the most memory it held, in megabytes.</summary>
    private static (double Time, double Memory) Start(string program, string[] arguments)
    {
        var clock = Stopwatch.StartNew();
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        double peak = 0;
        while (!process.WaitForExit(1))
        {
            try
            {
                process.Refresh();
                peak = Math.Max(peak, process.PeakWorkingSet64 / 1e6);
            }
            catch (InvalidOperationException)
            {
                // It ended between the two calls; what was read before stands.
            }
        }

        process.WaitForExit();
        return process.ExitCode == 0 ? (clock.Elapsed.TotalMilliseconds, peak) : throw new InvalidOperationException($"{program} failed.");
    }
}
