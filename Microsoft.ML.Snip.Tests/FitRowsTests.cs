using Microsoft.ML.Data;
using static TorchSharp.torch;
using Options = Microsoft.ML.Snip.PrunedImageClassificationTrainer.Options;

namespace Microsoft.ML.Snip.Tests;

/// <summary>Which rows a fit scores, normalises by, trains on and holds out.</summary>
[TestClass]
public class FitRowsTests
{
    private const int Count = 60, Classes = 3;

    [TestMethod]
    public void ASampleIsDrawnFromAllRowsAndScoredOnceWithItsLastPartialBatch()
    {
        Recorder all = Fit(options => options.ScoringSampleCount = 1000), some = Fit(options => options.ScoringSampleCount = 37);
        CollectionAssert.AreEqual(new[] { 16, 16, 16, 12 }, all.Batches.Select(batch => batch.Length).ToArray());
        CollectionAssert.AreEqual(new[] { 16, 16, 5 }, some.Batches.Select(batch => batch.Length).ToArray());
        CollectionAssert.AreEquivalent(Enumerable.Range(0, Count).ToArray(), all.Rows);
        Assert.HasCount(37, some.Rows.Distinct());
        Assert.IsGreaterThan(40, some.Rows.Max(), "the sample is the first rows");
        CollectionAssert.AreNotEqual(some.Rows.Order().ToArray(), some.Rows, "the sample is not shuffled");
    }

    /// <summary>Ten of each class, at least 100, and no more than there are.</summary>
    [TestMethod]
    [DataRow(3, 100)]
    [DataRow(10, 100)]
    [DataRow(20, 200)]
    [DataRow(30, 250)]
    public void ManyClassesAreScoredOnMoreRows(int classes, int expected)
    {
        const int Rows = 250;
        var mlContext = new MLContext(1);
        List<string> lines = [];
        mlContext.Log += (_, entry) => lines.Add(entry.Message);
        var options = new Options
        {
            Network = NetworkDefinition.Build("small", new ImageShape(1, 2, 2))
                .Flatten()
                .Linear(5)
                .ReLU()
                .Linear(classes)
                .ToDefinition(), Sparsity = 0.5, Epochs = 1,
        };
        IDataView rows = mlContext.Data.LoadFromEnumerable(
            Enumerable.Range(0, Rows).Select(row => new ImageRow { Image = PixelsOf(row), Label = $"{row % classes}" }));
        using PrunedImageClassificationTransformer model = Pipelines.Classifier(Pipelines.Create(mlContext, options).Fit(rows));
        Assert.IsTrue(lines.Exists(line => line.EndsWith($"Connections are scored on {expected} images.", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void ACriterionIsGivenWhatTheOptionsSay()
    {
        Recorder plain = Fit(_ => { });
        Assert.AreEqual((0.5, false), (plain.Context!.Sparsity, plain.Context.IncludeBiases));
        CollectionAssert.AreEqual(new[] { "fc1.weight", "fc2.weight" }, plain.Prunable);
        Recorder other = Fit(options => (options.Sparsity, options.PruneBiases, options.Exclude) = (0.25, true, ["fc2.weight"]));
        Assert.AreEqual((0.25, true), (other.Context!.Sparsity, other.Context.IncludeBiases));
        CollectionAssert.AreEqual(new[] { "fc1.weight", "fc1.bias", "fc2.bias" }, other.Prunable);
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.25)]
    public void PixelsAreNormalisedByTheRowsTrainedOnAlone(double fraction)
    {
        Recorder recorder = Fit(options => (options.ScoringSampleCount, options.ValidationFraction) = (1000, fraction));
        Assert.HasCount((int)(Count * (1 - fraction)), recorder.Rows);
        double mean = recorder.Pixels.Average();
        Assert.AreEqual(0, mean, 1e-5);
        Assert.AreEqual(1, recorder.Pixels.Average(pixel => (pixel - mean) * (pixel - mean)), 1e-4);
    }

    /// <summary>Nothing is learned: the losses told are those of the initial weights on the rows held out and on the others.</summary>
    [TestMethod]
    public void AValidationFractionIsHeldOut()
    {
        PrunedImageClassificationTransformer model = null!;
        Recorder recorder = Fit(
            options => (options.ScoringSampleCount, options.ValidationFraction, options.Sparsity) = (1000, 0.25, 0),
            fitted => model = fitted);
        int[] trained = recorder.Rows, validation = [.. Enumerable.Range(0, Count).Except(trained)];
        int[] ofEachClass = [.. Enumerable.Range(0, Classes).Select(label => trained.Count(row => row % Classes == label))];
        CollectionAssert.AreEqual(new[] { 15, 15, 15 }, ofEachClass);
        Assert.AreEqual(LossOf(trained), model.History.Epochs[0].Loss, 1e-5);
        Assert.AreEqual(LossOf(validation), model.History.Epochs[0].ValidationLoss!.Value, 1e-5);
        Assert.AreNotEqual(LossOf(validation), LossOf(trained), 1e-3);

        double LossOf(int[] rows) => rows.Average(row => -Math.Log(model.CreatePredictor().Predict(PixelsOf(row)).Scores[row % Classes]));
    }

    /// <summary>The first number is the row's, by the two that follow; the last is large in the rows that a split may hold out.</summary>
    private static float[] PixelsOf(int row) => [row, 0, 100, row * row % 97];

    private static Recorder Fit(Action<Options> change, Action<PrunedImageClassificationTransformer>? use = null)
    {
        var mlContext = new MLContext(1);
        var recorder = new Recorder();
        var options = new Options
        {
            Network = NetworkDefinition.Build("small", new ImageShape(1, 2, 2)).Flatten().Linear(5).ReLU().Linear(Classes).ToDefinition(),
            Criterion = recorder,
            Sparsity = 0.5,
            BatchSize = 16,
            Epochs = 1,
            LearningRate = 1e-30,
            WeightDecay = 0,
        };
        change(options);
        IDataView rows = mlContext.Data.LoadFromEnumerable(
            Enumerable.Range(0, Count).Select(row => new ImageRow { Image = PixelsOf(row), Label = $"{row % Classes}" }));
        using PrunedImageClassificationTransformer model = Pipelines.Classifier(Pipelines.Create(mlContext, options).Fit(rows));
        use?.Invoke(model);
        return recorder;
    }

    private sealed class ImageRow
    {
        [VectorType(1, 2, 2)]
        public float[] Image { get; set; } = [];

        public string Label { get; set; } = string.Empty;
    }

    /// <summary>Keeps what a criterion is given.</summary>
    private sealed class Recorder : IPruningCriterion
    {
        public PruningContext? Context { get; private set; }

        /// <summary>The rows of each batch.</summary>
        public List<int[]> Batches { get; } = [];

        public int[] Rows => [.. Batches.SelectMany(batch => batch)];

        public List<float> Pixels { get; } = [];

        public string[] Prunable { get; private set; } = [];

        public string Name => "recorder";

        public PruningScores Score(PruningContext context)
        {
            Context = context;
            Prunable = [.. context.FindPrunableParameters().Select(entry => entry.Name)];
            foreach ((Tensor inputs, Tensor labels) in context.Batches)
            {
                float[][] images = [.. inputs.contiguous().data<float>().ToArray().Chunk(4)];
                Batches.Add(Array.ConvertAll(
                    images, image => (int)Math.Round(100 * (image[0] - image[1]) / (image[2] - image[1]))));
                Pixels.AddRange(images.SelectMany(image => image));
                CollectionAssert.AreEqual(Array.ConvertAll(Batches[^1], row => (long)(row % Classes)), labels.data<long>().ToArray());
            }

            return new MagnitudeCriterion().Score(context);
        }
    }
}
