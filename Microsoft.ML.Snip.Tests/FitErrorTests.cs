namespace Microsoft.ML.Snip.Tests;

/// <summary>What a fit says when it cannot be done.</summary>
[TestClass]
public class FitErrorTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void ALabelThatIsNoKey()
    {
        IDataView data = SyntheticImages.AsVectors(_mlContext, 30);
        var trainer = _mlContext.Snip().PrunedImageClassification(Pipelines.FastOptions());
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(data));
        Says(exception, "'Label'", "MapValueToKey");
        Says(
            Assert.Throws<ArgumentOutOfRangeException>(() => trainer.GetOutputSchema(SchemaShape.Create(data.Schema))), "'Label'",
            "MapValueToKey");
    }

    [TestMethod]
    [DataRow("Label")]
    [DataRow("Image")]
    public void AMissingColumn(string missing)
    {
        IDataView data = _mlContext.Transforms.DropColumns(missing).Fit(Keyed(30)).Transform(Keyed(30));
        var trainer = _mlContext.Snip().PrunedImageClassification(Pipelines.FastOptions());
        Says(Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(data)), $"'{missing}'");
        Says(Assert.Throws<ArgumentOutOfRangeException>(() => trainer.GetOutputSchema(SchemaShape.Create(data.Schema))), $"'{missing}'");
    }

    [TestMethod]
    public void AnImageColumnOfAnotherType()
    {
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.ImageColumnName = "Name";
        IDataView data = _mlContext.Transforms.CopyColumns("Name", "Label")
            .Fit(SyntheticImages.AsVectors(_mlContext, 30))
            .Transform(SyntheticImages.AsVectors(_mlContext, 30));
        Says(Assert.Throws<ArgumentOutOfRangeException>(() => Pipelines.Create(_mlContext, options).Fit(data)), "'Name'", "image");
        Says(
            Assert.Throws<ArgumentOutOfRangeException>(
                () => Pipelines.Create(_mlContext, options).GetOutputSchema(SchemaShape.Create(data.Schema))),
            "'Name'",
            "image");
    }

    [TestMethod]
    public void BytesThatAreNoImage()
    {
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.ImageShape = new ImageShape(1, 16, 16);
        IDataView data = _mlContext.Data.LoadFromEnumerable(
            Enumerable.Range(0, 4).Select(number => new BytesRow { Image = [1, 2, 3, 4], Label = number % 2 == 0 ? "a" : "b" }).ToArray());
        Says(Assert.Throws<FormatException>(() => Pipelines.Create(_mlContext, options).Fit(data)), "'Image'", "row 0");
    }

    [TestMethod]
    public void OneClassOnly()
    {
        SyntheticImages.VectorRow[] rows =
            [.. SyntheticImages.Draw(30, 1).Select(image => new SyntheticImages.VectorRow { Image = image.Pixels, Label = "bottom left" })];
        IDataView single = _mlContext.Data.LoadFromEnumerable(rows);
        ITransformer threeKeys = _mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(SyntheticImages.AsVectors(_mlContext, 30));
        Says(Assert.Throws<InvalidOperationException>(() => Trainer().Fit(threeKeys.Transform(single))), "class 'bottom left'");
        Says(Assert.Throws<InvalidOperationException>(() => Pipelines.Create(_mlContext, Pipelines.FastOptions()).Fit(single)), "1 class");
    }

    [TestMethod]
    public void NoRows()
    {
        ITransformer threeKeys = _mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(SyntheticImages.AsVectors(_mlContext, 30));
        IDataView data = threeKeys.Transform(SyntheticImages.AsVectors(_mlContext, 0));
        Says(Assert.Throws<InvalidOperationException>(() => Trainer().Fit(data)), "no rows");
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    public void PixelsThatAreNoNumbers(float bad)
    {
        SyntheticImages.VectorRow[] rows =
            [.. SyntheticImages.Draw(30, 1).Select(image => new SyntheticImages.VectorRow { Image = image.Pixels, Label = image.Label })];
        rows[17].Image[3] = bad;
        Says(
            Assert.Throws<InvalidOperationException>(
                () => Pipelines.Create(_mlContext, Pipelines.FastOptions()).Fit(_mlContext.Data.LoadFromEnumerable(rows))),
            "'Image'",
            "row 17");
    }

    [TestMethod]
    [DataRow(-0.1)]
    [DataRow(1.0)]
    [DataRow(double.NaN)]
    public void ASparsityOutsideItsRange(double sparsity) =>
        Says(
            Assert.Throws<ArgumentOutOfRangeException>(() => _mlContext.Snip().PrunedImageClassification(sparsity: sparsity)), "Sparsity",
            "[0, 1)");

    [TestMethod]
    public void ASparsityAtWhichALayerKeepsNothing()
    {
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.Sparsity = 0.99998;
        Says(Assert.Throws<InvalidOperationException>(
            () => Pipelines.Create(_mlContext, options).Fit(SyntheticImages.AsVectors(_mlContext, 60))), "fc", "sparsity");
    }

    [TestMethod]
    public void ImagesTooSmallForTheNetwork()
    {
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.Architecture = NetworkArchitecture.LeNet5;
        options.ImageShape = new ImageShape(1, 10, 10);
        Says(
            Assert.Throws<ArgumentException>(() => Pipelines.Create(_mlContext, options).Fit(SyntheticImages.AsImages(_mlContext, 30))),
            "'conv2'",
            "too small",
            "ImageShape");
    }

    [TestMethod]
    public void AFitCancelledByItsToken()
    {
        using var source = new CancellationTokenSource();
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.Epochs = 10_000;
        options.CancellationToken = source.Token;
        options.Progress = new CancelAfter(batches: 5, source.Cancel);
        Assert.Throws<OperationCanceledException>(
            () => Pipelines.Create(_mlContext, options).Fit(SyntheticImages.AsVectors(_mlContext, 60)));
    }

    [TestMethod]
    public void AFitCancelledByTheContext()
    {
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.Epochs = 10_000;
        options.Progress = new CancelAfter(batches: 5, _mlContext.CancelExecution);
        Assert.Throws<OperationCanceledException>(
            () => Pipelines.Create(_mlContext, options).Fit(SyntheticImages.AsVectors(_mlContext, 60)));
    }

    [TestMethod]
    public void ALearningRateAtWhichTrainingDiverges()
    {
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.LearningRate = 1e30;
        Says(Assert.Throws<InvalidOperationException>(
            () => Pipelines.Create(_mlContext, options).Fit(SyntheticImages.AsVectors(_mlContext, 60))), "LearningRate");
    }

    [TestMethod]
    public void ALastStepThatDiverges()
    {
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        (options.LearningRate, options.Epochs, options.BatchSize) = (1000, 1, 50);
        Says(Assert.Throws<InvalidOperationException>(
            () => Pipelines.Create(_mlContext, options).Fit(SyntheticImages.AsVectors(_mlContext, 150))), "diverged", "LearningRate",
            "1000");
    }

    [TestMethod]
    [DataRow(1e6, null, 3)]
    [DataRow(1e30, null, 1)]
    [DataRow(1e30, TrainingOptimizer.Adam, 1)]
    public void AWeightDecayAtWhichTrainingWouldDiverge(double decay, TrainingOptimizer? optimizer, int epochs)
    {
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        (options.WeightDecay, options.Optimizer, options.Epochs) = (decay, optimizer, epochs);
        var exception = Assert.Throws<ArgumentOutOfRangeException>(
            () => Pipelines.Create(_mlContext, options).Fit(SyntheticImages.AsVectors(_mlContext, 150)));
        Assert.AreEqual(nameof(options.WeightDecay), exception.ParamName);
        Says(exception, FormattableString.Invariant($"WeightDecay is {decay}"), "below 1");
    }

    [TestMethod]
    public void AValidationSetWithoutRows()
    {
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        IDataView data = Keyed(30);
        options.ValidationSet = _mlContext.Data.SkipRows(data, 30);
        Says(
            Assert.Throws<InvalidOperationException>(() => _mlContext.Snip().PrunedImageClassification(options).Fit(data)),
            "ValidationSet has no rows");
        options.ValidationSet = Keyed(0);
        Says(
            Assert.Throws<InvalidOperationException>(() => _mlContext.Snip().PrunedImageClassification(options).Fit(data)),
            "ValidationSet has no rows");
    }

    [TestMethod]
    public void ALayerBothExcludedAndGivenASparsity()
    {
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.Exclude = ["fc1"];
        options.LayerSparsities = [new LayerSparsity("fc*", 0.9), new LayerSparsity("fc1.weight", 0.5)];
        Says(
            Assert.Throws<ArgumentException>(() => Pipelines.Create(_mlContext, options).Fit(SyntheticImages.AsVectors(_mlContext, 30))),
            "LayerSparsities has 'fc1.weight' with a sparsity of 0.5", "Exclude has 'fc1'", "Remove it from one of the two");
    }

    [TestMethod]
    public void AModelThatCouldNotBeSaved()
    {
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.Progress = new CancelAfter(batches: 1, () => Assert.Fail("it has trained"));
        options.Network = NetworkDefinition.Build("huge", new ImageShape(1, 16, 16))
            .Conv2d(1_100_000, kernel: 1)
            .GlobalAveragePool()
            .Linear(3)
            .ToDefinition();
        Says(
            Assert.Throws<ArgumentException>(() => Pipelines.Create(_mlContext, options).Fit(SyntheticImages.AsVectors(_mlContext, 30))),
            "'huge'", "cannot be saved");
    }

    [TestMethod]
    [DataRow("conv*")]
    [DataRow("fc1.bias")]
    [DataRow("FC1")]
    public void APatternThatFitsNoLayer(string pattern)
    {
        PrunedImageClassificationTrainer.Options excluding = Pipelines.FastOptions(), keeping = Pipelines.FastOptions();
        excluding.Exclude = ["fc1", pattern];
        keeping.LayerSparsities = [new LayerSparsity(pattern, 0.5)];
        IDataView data = SyntheticImages.AsVectors(_mlContext, 30);
        Says(
            Assert.Throws<ArgumentException>(() => Pipelines.Create(_mlContext, excluding).Fit(data)), "Exclude", $"'{pattern}'",
            "fc1, fc2, fc3");
        Says(
            Assert.Throws<ArgumentException>(() => Pipelines.Create(_mlContext, keeping).Fit(data)), "LayerSparsities", $"'{pattern}'",
            "fc1, fc2, fc3");
    }

    [TestMethod]
    public void ExcludingEveryLayer()
    {
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.Exclude = ["fc*"];
        Says(
            Assert.Throws<ArgumentException>(() => Pipelines.Create(_mlContext, options).Fit(SyntheticImages.AsVectors(_mlContext, 30))),
            "Exclude", "Sparsity");
    }

    [TestMethod]
    public void BatchesOfOneForABatchNorm()
    {
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.Network = NetworkDefinition.Build("normalised", new ImageShape(1, 16, 16))
            .Flatten()
            .Linear(8)
            .BatchNorm()
            .ReLU()
            .Linear(3)
            .ToDefinition();
        options.Sparsity = 0.5;
        options.BatchSize = 1;
        Says(
            Assert.Throws<ArgumentException>(() => Pipelines.Create(_mlContext, options).Fit(SyntheticImages.AsVectors(_mlContext, 9))),
            "'bn1'", "BatchSize");
    }

    [TestMethod]
    public void ANetworkOfAnotherNumberOfClasses()
    {
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.Network = NetworkDefinition.Build("four", new ImageShape(1, 16, 16)).Flatten().Linear(4).ToDefinition();
        Says(
            Assert.Throws<ArgumentException>(() => Pipelines.Create(_mlContext, options).Fit(SyntheticImages.AsVectors(_mlContext, 60))),
            "'four'", "4", "3");
    }

    private static void Says(Exception exception, params string[] parts)
    {
        foreach (string part in parts)
        {
            StringAssert.Contains(exception.Message, part);
        }
    }

    private PrunedImageClassificationTrainer Trainer() => _mlContext.Snip().PrunedImageClassification(Pipelines.FastOptions());

    private IDataView Keyed(int count) =>
        PrunedImageClassificationTrainerTests.Keyed(_mlContext, SyntheticImages.AsVectors(_mlContext, count));

    private sealed class BytesRow
    {
        public byte[] Image { get; set; } = [];

        public string Label { get; set; } = string.Empty;
    }

    private sealed class CancelAfter(int batches, Action cancel) : IProgress<TrainingProgress>
    {
        private int _seen;

        public void Report(TrainingProgress value)
        {
            if (++_seen == batches)
            {
                cancel();
            }
        }
    }
}
