using Microsoft.ML.Data;
using Microsoft.ML.Snip.Benchmarks.Peers;
using Microsoft.ML.Snip.Benchmarks.Setup;
using Microsoft.ML.Snip.Data;
using Microsoft.ML.Snip.Formats;
using Microsoft.ML.Snip.Interop;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Benchmarks;

/// <summary>What a data view costs: the scores of 10,000 pictures in memory through Transform, against the bare executor on the same numbers.</summary>
internal static class TransformBenchmark
{
    private const int Count = 10_000, Rounds = 15, WarmUpTurns = 8;

    public static void Run(string folder)
    {
        var pictures = new Pictures(folder);
        Console.WriteLine($"{Count} pictures, {Machine.CpuName()}, processor time of one thread, medians of {Rounds} runs in turns");
        Console.WriteLine();
        Console.WriteLine("| network | executor on normalised numbers, ms | SnipPredictor on raw ones, ms | reading the rows alone, ms | Transform, ms | Transform to executor | to SnipPredictor |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (Case @case in new Case[] { new(NetworkArchitecture.LeNet300, 0.98, [1]), new(NetworkArchitecture.LeNet5, 0.98, [1]) })
        {
            Measure(@case, pictures);
        }
    }

    private static void Measure(Case @case, Pictures pictures)
    {
        SparseNetwork network = PrunedNetworks.Make(@case, pictures);
        int size = network.Definition.InputShape.Count, classes = network.Definition.ClassCount;
        float[] images = pictures.Load(Count, network.Definition.InputShape);
        var model = new SnipModel(
            network,
            new PixelNormalization([0f], [1f]),
            new ClassLabels(ClassValueKind.Int32, [.. Enumerable.Range(0, classes).Select(number => FormattableString.Invariant($"{number}"))]),
            new PruningReport(network.Definition.Name, []),
            new TrainingHistory([]));
        var mlContext = new MLContext(0);
        IDataView rows = mlContext.Data.LoadFromEnumerable([.. Enumerable.Range(0, Count).Select(row => new Row { Image = images[(row * size)..((row + 1) * size)] })]);
        var executor = new SparseExecutor(network);
        var transformer = new PrunedImageClassificationTransformer(mlContext, model, executor, new ColumnNames("Image", "PredictedLabel", "Score"));
        SnipPredictor predictor = transformer.CreatePredictor();
        var expected = new float[Count * classes];
        var found = new float[Count * classes];
        Peer[] peers =
        [
            new Runner("executor", () => executor.Predict(images, Count, expected)),
            new Runner("predictor", () => predictor.Predict(images, Count, found)),
            new Runner("Rows", () => ReadRows(rows)),
            new Runner("Transform", () => ReadScores(transformer.Transform(rows), found, classes)),
        ];
        double[][] times = [.. peers.Select(_ => new double[Rounds])];
        for (int turn = 0; turn < WarmUpTurns; turn++)
        {
            // The just-in-time compiler optimises in the background, once nothing new is run for a moment.
            Array.ForEach(peers, peer => peer.Run());
            Thread.Sleep(150);
        }

        for (int round = 0; round < Rounds; round++)
        {
            for (int peer = 0; peer < peers.Length; peer++)
            {
                double start = ThreadClock.Microseconds();
                peers[peer].Run();
                times[peer][round] = (ThreadClock.Microseconds() - start) / 1000;
            }
        }

        float difference = expected.Zip(found, (a, b) => Math.Abs(a - b)).Max();
        if (difference > 1e-5f)
        {
            throw new InvalidOperationException($"The scores differ by {difference}.");
        }

        string cells = string.Join(" | ", times.Select(time => FormattableString.Invariant($"{Timing.Median(time):F2}")));
        double toExecutor = Timing.Median(times[^1].Zip(times[0], (transform, bare) => transform / bare));
        double toPredictor = Timing.Median(times[^1].Zip(times[1], (transform, bare) => transform / bare));
        Console.WriteLine(FormattableString.Invariant($"| {@case.Name} | {cells} | {toExecutor:F2} | {toPredictor:F2} |"));
    }

    /// <summary>What the data view itself costs before anything is scored.</summary>
    private static void ReadRows(IDataView rows)
    {
        DataViewSchema.Column column = rows.Schema["Image"];
        using DataViewRowCursor cursor = rows.GetRowCursor([column]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> picture = default;
        while (cursor.MoveNext())
        {
            getter(ref picture);
        }
    }

    private static void ReadScores(IDataView scored, float[] scores, int classes)
    {
        DataViewSchema.Column column = scored.Schema["Score"];
        using DataViewRowCursor cursor = scored.GetRowCursor([column]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> score = default;
        for (int at = 0; cursor.MoveNext(); at += classes)
        {
            getter(ref score);
            score.GetValues().CopyTo(scores.AsSpan(at));
        }
    }

    private sealed class Runner(string name, Action run) : Peer(name)
    {
        public override void Run() => run();

        public override float[] Logits() => [];
    }

    private sealed class Row
    {
        [VectorType(1, 28, 28)]
        public float[] Image { get; set; } = [];
    }
}
