using Microsoft.ML.Data;

namespace Microsoft.ML.Snip.Tests;

[TestClass]
public class PrunedImageClassificationTrainerTests
{
    [TestMethod]
    public void TheSimpleOverloadTrainsAClassifierThatIsRight()
    {
        var mlContext = new MLContext(1);
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(
                mlContext.Snip().PrunedImageClassification(labelColumnName: "Label", imageColumnName: "Image", sparsity: 0.9, epochs: 3))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        ITransformer model = pipeline.Fit(SyntheticImages.AsImages(mlContext, 300));
        MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(
            model.Transform(SyntheticImages.AsImages(mlContext, 90, seed: 2)));
        Assert.IsGreaterThan(0.95, metrics.MicroAccuracy);
        Assert.IsLessThan(0.3, metrics.LogLoss);
    }

    [TestMethod]
    public void ExactlyAsManyConnectionsAreKeptAsTheSparsityAsksFor()
    {
        var mlContext = new MLContext(1);
        PrunedImageClassificationTransformer model = Pipelines.Classifier(
            Pipelines.Create(mlContext, Pipelines.FastOptions()).Fit(SyntheticImages.AsVectors(mlContext, 90)));
        const long Connections = (256 * 300) + (300 * 100) + (100 * 3);
        Assert.AreEqual(Connections, model.Report.Connections);
        Assert.AreEqual((long)Math.Round(Connections * (1 - 0.95)), model.Report.Kept);
        Assert.AreEqual(2 * model.Report.Kept, model.Report.KeptFlops);
        CollectionAssert.AreEqual(
            new[] { "fc1.weight", "fc2.weight", "fc3.weight" }, model.Report.Layers.Select(layer => layer.Name).ToArray());
        CollectionAssert.AreEqual(SyntheticImages.ClassNames, model.ClassNames.ToArray());
        Assert.HasCount(3, model.History.Epochs);
    }

    [TestMethod]
    public void ExcludedLayersStayWholeAndOthersMayHaveTheirOwnSparsity()
    {
        var mlContext = new MLContext(1);
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.Exclude = ["fc3"];
        options.LayerSparsities = [new LayerSparsity("fc2", 0.5)];
        PrunedImageClassificationTransformer model = Pipelines.Classifier(
            Pipelines.Create(mlContext, options).Fit(SyntheticImages.AsVectors(mlContext, 90)));
        CollectionAssert.AreEqual(
            new[] { (76_800L, 3_840L), (30_000L, 15_000L), (300L, 300L) },
            model.Report.Layers.Select(layer => (layer.Connections, layer.Kept)).ToArray());
    }

    /// <summary>The initial weights are given, so that they are not what differs; SeedTests looks at each random part alone.</summary>
    [TestMethod]
    public void TheSameSeedGivesTheSameModelFileByteForByte()
    {
        byte[] Fit(int seed)
        {
            var mlContext = new MLContext(seed);
            var random = new Random(1);
            PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
            options.InitialWeights = new NetworkWeights(
                [new("fc1.weight", Draw(300 * 256)), new("fc2.weight", Draw(100 * 300)), new("fc3.weight", Draw(3 * 100))]);
            options.ValidationFraction = 0.2;
            options.Augmentation = new Augmentation { Shift = 1 };
            options.DropFraction = 0.3;
            options.MaskUpdateInterval = 2;
            using PrunedImageClassificationTransformer model = Pipelines.Classifier(
                Pipelines.Create(mlContext, options).Fit(SyntheticImages.AsVectors(mlContext, 90)));
            return Pipelines.ModelFile(model);

            float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) / 5)];
        }

        byte[] first = Fit(7);
        TorchSharp.torch.manual_seed(99);
        CollectionAssert.AreEqual(first, Fit(7), "the second fit differs");
        CollectionAssert.AreNotEqual(first, Fit(8), "the seed makes no difference");
    }

    [TestMethod]
    public void TorchsGlobalGeneratorAndThreadsAreLeftAlone()
    {
        var mlContext = new MLContext(1);
        TorchSharp.torch.set_num_threads(2);
        TorchSharp.torch.manual_seed(5);
        float expected = TorchSharp.torch.rand(1).item<float>();
        TorchSharp.torch.manual_seed(5);
        Pipelines.Create(mlContext, Pipelines.FastOptions()).Fit(SyntheticImages.AsVectors(mlContext, 90));
        int threads = TorchSharp.torch.get_num_threads();
        TorchSharp.torch.set_num_threads(1);
        Assert.AreEqual(expected, TorchSharp.torch.rand(1).item<float>());
        Assert.AreEqual(2, threads);
    }

    [TestMethod]
    public void AValidationSetIsEvaluatedWholeAfterEachEpoch()
    {
        var mlContext = new MLContext(1);
        IDataView data = Keyed(mlContext, SyntheticImages.AsVectors(mlContext, 120));
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.ValidationSet = Keyed(mlContext, SyntheticImages.AsVectors(mlContext, 50, seed: 3));
        PrunedImageClassificationTransformer model = mlContext.Snip().PrunedImageClassification(options).Fit(data);
        double? accuracy = model.History.Epochs[^1].ValidationAccuracy;
        MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(options.ValidationSet));
        Assert.AreEqual(metrics.MicroAccuracy, accuracy!.Value, 1e-9);
        Assert.AreEqual(metrics.LogLoss, model.History.Epochs[^1].ValidationLoss!.Value, 1e-4);
    }

    [TestMethod]
    public void ProgressTellsEveryBatchTheLastPartialOneIncluded()
    {
        var mlContext = new MLContext(1);
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        var seen = new List<TrainingProgress>();
        options.Progress = new Receiver(seen.Add);
        Pipelines.Create(mlContext, options).Fit(SyntheticImages.AsVectors(mlContext, 70));
        Assert.HasCount(3 * 3, seen);
        Assert.AreEqual((3, 3, 3, 3), (seen[^1].Epoch, seen[^1].Epochs, seen[^1].Batch, seen[^1].Batches));
        Assert.AreEqual(TimeSpan.Zero, seen[^1].TimeLeft);
        Assert.IsTrue(
            seen.TrueForAll(progress => progress.ImagesPerSecond > 0 && progress.Loss >= 0 && progress.Accuracy is >= 0 and <= 1));
    }

    [TestMethod]
    public void ALoneLastExampleJoinsTheBatchBefore()
    {
        var mlContext = new MLContext(1);
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.Network = NetworkDefinition.Build("normalised", new ImageShape(1, 16, 16))
            .Flatten()
            .Linear(40)
            .BatchNorm()
            .ReLU()
            .Linear(3)
            .ToDefinition();
        var seen = new List<TrainingProgress>();
        options.Progress = new Receiver(seen.Add);
        Pipelines.Create(mlContext, options).Fit(SyntheticImages.AsVectors(mlContext, 65));
        Assert.AreEqual((2, 2), (seen[^1].Batch, seen[^1].Batches), "batches of 32 and 33");
    }

    [TestMethod]
    public void AutoTellsWhatItChooses()
    {
        var mlContext = new MLContext(11);
        var lines = new List<string>();
        mlContext.Log += (_, entry) => lines.Add(entry.Message);
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.Architecture = NetworkArchitecture.Auto;
        PrunedImageClassificationTransformer model = Pipelines.Classifier(
            Pipelines.Create(mlContext, options).Fit(SyntheticImages.AsVectors(mlContext, 70)));
        Assert.AreEqual("SmallCnn", model.Report.Network);
        StringAssert.Contains(string.Join('\n', lines), "Auto chooses SmallCnn for 70 images of");
    }

    [TestMethod]
    public void TheLogTellsSeedThreadsSparsityAndEpochs()
    {
        string log = string.Join('\n', Pipelines.LogOf(_ => { }));
        foreach (string part in new[] { "seed 11", "torch threads 1", "sparsity 0.95", "Epoch 3" })
        {
            StringAssert.Contains(log, part);
        }
    }

    /// <summary>What a network wants depends on what is cut of it, however that was asked for.</summary>
    [TestMethod]
    [DataRow(0.98, 0.5)]
    [DataRow(0.5, 0.98)]
    public void TheRecipeSuitsWhatIsCut(double sparsity, double ofAllLayers)
    {
        static string RecipeOf(Action<PrunedImageClassificationTrainer.Options> set) =>
            Pipelines.LogOf(set).Single(line => line.Contains("learning rate", StringComparison.Ordinal));

        Assert.AreEqual(
            RecipeOf(options => options.Sparsity = ofAllLayers),
            RecipeOf(options => (options.Sparsity, options.LayerSparsities) = (sparsity, [new LayerSparsity("*", ofAllLayers)])));
    }

    [TestMethod]
    public void TheLogWarnsWhereNothingIsHeldOut() =>
        StringAssert.Contains(
            string.Join('\n', Pipelines.LogOf(options => options.ValidationFraction = 0.001)), "ValidationFraction of 0.001");

    [TestMethod]
    public void CrossValidationWorks()
    {
        var mlContext = new MLContext(1);
        var results = mlContext.MulticlassClassification.CrossValidate(
            SyntheticImages.AsVectors(mlContext, 150), Pipelines.Create(mlContext, Pipelines.FastOptions()), numberOfFolds: 3);
        Assert.HasCount(3, results);
        Assert.IsGreaterThan(0.8, results.Average(fold => fold.Metrics.MicroAccuracy));
    }

    [TestMethod]
    public void TheOutputShapePromisesWhatTransformGives()
    {
        var mlContext = new MLContext(1);
        IDataView data = SyntheticImages.AsVectors(mlContext, 60);
        var pipeline = Pipelines.Create(mlContext, Pipelines.FastOptions());
        SchemaShape promised = pipeline.GetOutputSchema(SchemaShape.Create(data.Schema));
        DataViewSchema given = pipeline.Fit(data).Transform(data).Schema;
        SchemaShape.Column score = promised.Single(column => column.Name == "Score"), label = promised.Single(
            column => column.Name == "PredictedLabel");
        Assert.AreEqual(SchemaShape.Column.VectorKind.Vector, score.Kind);
        Assert.AreEqual(NumberDataViewType.Single, score.ItemType);
        Assert.AreEqual(TextDataViewType.Instance, label.ItemType, "MapKeyToValue gives the class names");
        Assert.AreEqual(TextDataViewType.Instance, given["PredictedLabel"].Type);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 3), given["Score"].Type);
    }

    [TestMethod]
    public void OptionsAreCopiedAndNotChanged()
    {
        var mlContext = new MLContext(1);
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        var pipeline = Pipelines.Create(mlContext, options);
        options.Sparsity = 0.5;
        PrunedImageClassificationTransformer model = Pipelines.Classifier(pipeline.Fit(SyntheticImages.AsVectors(mlContext, 60)));
        Assert.AreEqual(0.95, model.Report.Sparsity, 1e-4);
        Assert.IsNull(options.LearningRate);
    }

    internal static IDataView Keyed(MLContext mlContext, IDataView data) =>
        mlContext.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Fit(data)
            .Transform(data);
}
