using Microsoft.ML.Snip.DataViews.Loading;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Tests.Images.Examples;
using Microsoft.ML.Snip.Training;
using Options = Microsoft.ML.Snip.PrunedImageClassificationTrainer.Options;

namespace Microsoft.ML.Snip.Tests;

/// <summary>Data that do not fit into the cache: 400 images of 4,096 bytes with a cache of one megabyte.</summary>
[TestClass]
public class StreamedFitTests
{
    private const int Images = 400;

    private static readonly TrainingSettings Settings = new(
        Epochs: 1, BatchSize: 30, TrainingOptimizer.Sgd, LearningRate: 1, LearningRateSchedule.Constant, Momentum: 0, WeightDecay: 0,
        DropFraction: 0, MaskUpdateInterval: 1, Augmentation: null);

    private readonly List<string> _log = [];

    /// <summary>Batches of 30 images of a part of the rows; the last has the rest.</summary>
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void EveryEpochHasEachImageOnceInAnOrderOfItsOwn(bool isRandomAccess)
    {
        var source = new GeneratedSource(Images, isRandomAccess);
        ImageDataset dataset = Load(source);
        Assert.IsNotNull(dataset.Stream);
        int[] chosen = [.. Enumerable.Range(0, Images).Where(row => row % 5 != 0)];
        var examples = new ShuffledExamples(new ExampleSet(dataset, chosen), Settings, new RandomStreams(1));
        int[][] epochs = Array.ConvertAll(
            [1, 2, 1], epoch => examples.Read(epoch, first: 0).SelectMany(batch => RowsOf(batch, source)).ToArray());
        foreach (int[] epoch in epochs)
        {
            CollectionAssert.AreEquivalent(chosen, epoch);
            CollectionAssert.AreNotEqual(chosen, epoch);
        }

        CollectionAssert.AreNotEqual(epochs[0], epochs[1]);
        CollectionAssert.AreEqual(epochs[0], epochs[2]);
        CollectionAssert.AreEqual(
            epochs[0][(4 * 30)..], examples.Read(epoch: 1, first: 4).SelectMany(batch => RowsOf(batch, source)).ToArray());
        Assert.IsTrue(examples.Read(1, 0).SkipLast(1).All(batch => batch.Count == 30));
    }

    [TestMethod]
    public void ValidationReadsTheRowsInOrder()
    {
        var source = new GeneratedSource(Images, isRandomAccess: true);
        int[] chosen = [.. Enumerable.Range(0, Images).Where(row => row % 3 == 0)];
        ExampleSet examples = new(Load(source), chosen);
        CollectionAssert.AreEqual(chosen, examples.ReadInOrder(50).SelectMany(batch => RowsOf(batch, source)).ToArray());
        CollectionAssert.AreEqual(new[] { 50, 50, 34 }, examples.ReadInOrder(50).Select(batch => batch.Count).ToArray());
    }

    [TestMethod]
    public void AReaderThatStopsEarlyEndsTheBackgroundThread()
    {
        var source = new GeneratedSource(Images, isRandomAccess: true);
        ExampleSet examples = ExampleSet.All(Load(source));
        for (int time = 0; time < 20; time++)
        {
            Assert.HasCount(30, RowsOf(examples.ReadInOrder(30).First(), source));
        }
    }

    [TestMethod]
    public void SomeImagesAreLoadedIntoMemory()
    {
        var source = new GeneratedSource(Images, isRandomAccess: false);
        ImageDataset dataset = Load(source);
        ExampleSet loaded = dataset.Load([300, 5, 5, 17], () => { });
        CollectionAssert.AreEqual(new[] { 300, 5, 5, 17 }, RowsOf(loaded.Take(0, 4), source).ToArray());
        ImageDataset whole = Load(source, maxBytes: long.MaxValue);
        Assert.IsNull(whole.Stream);
        CollectionAssert.AreEqual(whole.ComputeNormalization().Mean, dataset.ComputeNormalization().Mean);
        int[] some = [3, 50, 399];
        CollectionAssert.AreEqual(
            whole.ComputeNormalization(some, () => { }).Mean, dataset.ComputeNormalization(some, () => { }).Mean);
    }

    [TestMethod]
    [DataRow(true, TrainingEngine.Managed)]
    [DataRow(false, TrainingEngine.Torch)]
    public void AFitLearnsRepeatsAndGoesOn(bool isRandomAccess, TrainingEngine engine)
    {
        Options options = Make(engine);
        byte[] expected = Fit(options, new GeneratedSource(Images, isRandomAccess), out double accuracy);
        Assert.IsGreaterThan(0.9, accuracy);
        CollectionAssert.AreEqual(expected, Fit(options, new GeneratedSource(Images, isRandomAccess), out _));
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            options.CheckpointPath = path;
            options.Progress = new Receiver(
                progress => _ = progress is { Epoch: 2, Batch: 5 } ? throw new OperationCanceledException() : 0);
            Assert.ThrowsExactly<OperationCanceledException>(
                () => Fit(options, new GeneratedSource(Images, isRandomAccess), out _));
            options.Progress = null;
            CollectionAssert.AreEqual(expected, Fit(options, new GeneratedSource(Images, isRandomAccess), out _));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void AValidationSetThatDoesNotFitIsReadAgainToo()
    {
        var mlContext = new MLContext(1);
        IDataView rows = mlContext.Snip().LoadImages(new GeneratedSource(Images, isRandomAccess: true));
        Options options = Make(TrainingEngine.Managed);
        options.ValidationSet = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
        options.CacheMegabytes = 1;
        using PrunedImageClassificationTransformer streamed = Fit(options, rows, mlContext);
        Assert.AreEqual(1, streamed.History.Epochs[^1].ValidationAccuracy!.Value, 0.1);
        Assert.AreEqual(Images, streamed.History.ValidationClasses!.Value.Sum(entry => entry.Images));
    }

    [TestMethod]
    public void RowsThatCannotBeReadAreSkippedInEveryPass()
    {
        Options options = Make(TrainingEngine.Managed);
        options.InvalidImages = InvalidImages.Skip;
        var source = new GeneratedSource(Images, isRandomAccess: true) { BrokenRow = 77 };
        var mlContext = new MLContext(1);
        using PrunedImageClassificationTransformer model = Fit(options, mlContext.Snip().LoadImages(source), mlContext);
        Assert.AreEqual(1, model.History.SkippedImages);
    }

    [TestMethod]
    public void RowsThatChangeAreTold()
    {
        var source = new GeneratedSource(Images, isRandomAccess: false) { PassThatDiffers = 3 };
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => Fit(Make(TrainingEngine.Managed), source, out _)).Message,
            "a later pass has found another order of the labels");
    }

    [TestMethod]
    [DataRow(true, false, 0)]
    [DataRow(true, true, 0)]
    [DataRow(false, false, 0)]
    [DataRow(false, true, 1)]
    public void RowsThatAreSortedAndCannotBeMixedAreWarnedOf(bool isRandomAccess, bool isSorted, int warnings)
    {
        Load(new GeneratedSource(Images, isRandomAccess) { IsSorted = isSorted });
        Assert.AreEqual(warnings, _log.Count(line => line.Contains("are sorted by class", StringComparison.Ordinal)));
    }

    private static Options Make(TrainingEngine engine) => new()
    {
        Network = NetworkDefinition.Build("mine", new ImageShape(1, GeneratedSource.Side, GeneratedSource.Side))
            .Flatten().Linear(16).ReLU().Linear(GeneratedSource.Classes).ToDefinition(),
        Sparsity = 0.5, Epochs = 3, BatchSize = 30, LearningRate = 0.02, Seed = 3, TrainingEngine = engine, CacheMegabytes = 1,
        ValidationFraction = 0.1,
    };

    private static byte[] Fit(Options options, GeneratedSource source, out double accuracy)
    {
        var mlContext = new MLContext(1);
        using PrunedImageClassificationTransformer model = Fit(options, mlContext.Snip().LoadImages(source), mlContext);
        accuracy = model.History.Epochs[^1].ValidationAccuracy!.Value;
        return Pipelines.ModelFile(model);
    }

    private static PrunedImageClassificationTransformer Fit(Options options, IDataView rows, MLContext mlContext)
    {
        if (options.ValidationSet is not null)
        {
            options.ValidationFraction = 0;
        }

        return Pipelines.Classifier(Pipelines.Create(mlContext, options).Fit(rows));
    }

    private ImageDataset Load(GeneratedSource source, long maxBytes = 1 << 20)
    {
        var mlContext = new MLContext(1);
        IDataView rows = mlContext.Snip().LoadImages(source);
        var loader = new ImageDatasetLoader("Label", "Image", () => { }, _log.Add) { MaxBytes = maxBytes };
        return loader.LoadTrainingSet(mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows));
    }

    /// <summary>The rows of a batch, told by their first pixels; their pixels and labels have to be right.</summary>
    private static List<int> RowsOf(ExampleBatch batch, GeneratedSource source)
    {
        var rows = new List<int>();
        for (int at = 0; at < batch.Count; at++)
        {
            var pixels = new byte[GeneratedSource.Side * GeneratedSource.Side];
            Assert.IsTrue(batch.Dataset.TryCopyBytes(batch.Examples.Span[at], pixels));
            int row = pixels[0] | (pixels[1] << 8);
            CollectionAssert.AreEqual(source.PixelsOf(row), pixels);
            Assert.AreEqual($"class {source.ClassOf(row)}", batch.Dataset.Classes.Names[batch.LabelOf(at)]);
            rows.Add(row);
        }

        return rows;
    }
}
