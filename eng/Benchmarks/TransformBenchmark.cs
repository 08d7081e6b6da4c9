using Microsoft.ML.Data;
using Microsoft.ML.Snip.Benchmarks.Peers;
using Microsoft.ML.Snip.Benchmarks.Setup;
using Microsoft.ML.Snip.DataViews.Persistence;
using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Formats.Model;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Benchmarks;

/// <summary>
/// What a data view costs: the scores of 10,000 images in memory through Transform, against the bare executor on the same images as
/// normalised numbers, one behind the other.
/// </summary>
internal static class TransformBenchmark
{
    private const int Count = 10_000, Rounds = 15, WarmUpTurns = 8;

    public static void Run(string folder)
    {
        var images = new ImageSet(folder);
        Console.WriteLine($"{Count} images, {Machine.CpuName()}, processor time of one thread, medians of {Rounds} runs in turns");
        Console.WriteLine();
        Console.WriteLine("| network | images | executor on normalised numbers, ms | SnipPredictor on raw ones, ms | reading the rows "
            + "alone, ms | Transform, ms | Transform to executor | to SnipPredictor |");
        Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (Case @case in new Case[] { new(NetworkArchitecture.LeNet300, 0.98, [1]), new(NetworkArchitecture.LeNet5, 0.98, [1]) })
        {
            Measure(@case, images);
        }
    }

    private static void Measure(Case @case, ImageSet images)
    {
        SparseNetwork network = PrunedNetworks.Make(@case, images);
        int classes = network.Definition.ClassCount;
        byte[] pixels = images.LoadRaw(Count, network.Definition.InputShape);
        float[] raw = Array.ConvertAll(pixels, pixel => (float)pixel);
        var normalised = new float[raw.Length];
        ImageSet.Normalization.Apply(raw, normalised);
        var model = new SnipModel(
            network,
            ImageSet.Normalization,
            new ClassLabels(
                ClassValueKind.Int32, [.. Enumerable.Range(0, classes).Select(number => FormattableString.Invariant($"{number}"))]),
            new PruningReport(network.Definition.Name, []),
            new TrainingHistory([]));
        var mlContext = new MLContext(0);
        var executor = new SparseExecutor(network);
        var transformer = new PrunedImageClassificationTransformer(
            mlContext, model, executor, new ColumnNames("Image", "PredictedLabel", "Score"));
        SnipPredictor predictor = transformer.CreatePredictor();
        ImageRows[] kinds = ImageRows.OfEachKind(mlContext, pixels);
        var expected = new float[Count * classes];
        float[][] found = [.. kinds.Select(_ => new float[Count * classes])];
        var predicted = new float[Count * classes];
        Peer[] peers =
        [
            new Runner("executor", () => executor.Predict(normalised, Count, expected)),
            new Runner("predictor", () => predictor.Predict(raw, Count, predicted)),
            .. kinds.Select(rows => new Runner($"{rows.Kind} alone", rows.Read)),
            .. kinds.Zip(
                found, (rows, scores) => new Runner(rows.Kind, () => ReadScores(transformer.Transform(rows.View), scores, classes))),
        ];
        double[][] times = Time(peers);
        RequireClose(expected, predicted);
        for (int kind = 0; kind < kinds.Length; kind++)
        {
            RequireClose(expected, found[kind]);
            Print(@case.Name, kinds[kind].Kind, times[0], times[1], times[2 + kind], times[2 + kinds.Length + kind]);
        }
    }

    /// <summary>Milliseconds of each peer in each round.</summary>
    private static double[][] Time(Peer[] peers)
    {
        for (int turn = 0; turn < WarmUpTurns; turn++)
        {
            // The just-in-time compiler optimises in the background, once nothing new is run for a moment.
            Array.ForEach(peers, peer => peer.Run());
            Thread.Sleep(150);
        }

        double[][] times = [.. peers.Select(_ => new double[Rounds])];
        for (int round = 0; round < Rounds; round++)
        {
            for (int peer = 0; peer < peers.Length; peer++)
            {
                double start = ThreadClock.Microseconds();
                peers[peer].Run();
                times[peer][round] = (ThreadClock.Microseconds() - start) / 1000;
            }
        }

        return times;
    }

    private static void RequireClose(float[] expected, float[] found)
    {
        float difference = expected.Zip(found, (a, b) => Math.Abs(a - b)).Max();
        if (difference > 1e-5f)
        {
            throw new InvalidOperationException($"The scores differ by {difference}.");
        }
    }

    private static void Print(string network, string kind, double[] executor, double[] predictor, double[] rows, double[] transform)
    {
        string cells = string.Join(
            " | ", new[] { executor, predictor, rows, transform }.Select(time => FormattableString.Invariant($"{Timing.Median(time):F2}")));
        double toExecutor = Timing.Median(transform.Zip(executor, (whole, bare) => whole / bare));
        double toPredictor = Timing.Median(transform.Zip(predictor, (whole, bare) => whole / bare));
        Console.WriteLine(FormattableString.Invariant($"| {network} | {kind} | {cells} | {toExecutor:F2} | {toPredictor:F2} |"));
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
}
