using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using Microsoft.ML.Snip.Tests.Images.Examples;
using static TorchSharp.torch;
using Options = Microsoft.ML.Snip.PrunedImageClassificationTrainer.Options;

namespace Microsoft.ML.Snip.Tests;

/// <summary>Every option makes a difference: no option is checked, copied and then forgotten.</summary>
[TestClass]
public class OptionEffectTests
{
    private const int Images = 60;

    private static readonly TrainingEngine[] s_engines = [TrainingEngine.Torch, TrainingEngine.Managed];

    private static readonly ImageShape Shape = new(1, SyntheticImages.Side, SyntheticImages.Side);

    /// <summary>Options that change the model, each with a value other than what <see cref="FitWith"/> starts from.</summary>
    private static readonly Dictionary<string, Action<Options>> ChangesOfTheModel = new()
    {
        [nameof(Options.Architecture)] = options => (options.Network, options.Architecture) = (null, NetworkArchitecture.LeNet300),
        [nameof(Options.Network)] = options => options.Network = Network(units: 9),
        [nameof(Options.InitialWeights)] = options =>
            options.InitialWeights = new NetworkWeights([new("fc1.bias", [1, 2, 3, 4, 5, 6, 7, 8])]),
        [nameof(Options.Sparsity)] = options => options.Sparsity = 0.6,
        [nameof(Options.Exclude)] = options => options.Exclude = ["fc2"],
        [nameof(Options.LayerSparsities)] = options => options.LayerSparsities = [new LayerSparsity("fc1", 0.3)],
        [nameof(Options.Mask)] = options => options.Mask = PruningMask.FromValues([
            (new PrunableParameter("fc1.weight", [8, Shape.Count]), [.. Enumerable.Range(0, 8 * Shape.Count).Select(at => at % 3 == 0)]),
            (new PrunableParameter("fc2.weight", [3, 8]), [.. Enumerable.Repeat(true, 24)])]),
        [nameof(Options.Criterion)] = options => options.Criterion = new MagnitudeCriterion(),
        [nameof(Options.ScoringSampleCount)] = options => options.ScoringSampleCount = 3,
        [nameof(Options.PruneBiases)] = options => options.PruneBiases = true,
        [nameof(Options.RedrawWeights)] = options => options.RedrawWeights = true,
        [nameof(Options.Epochs)] = options => options.Epochs = 3,
        [nameof(Options.BatchSize)] = options => options.BatchSize = 20,
        [nameof(Options.Optimizer)] = options => options.Optimizer = TrainingOptimizer.Adam,
        [nameof(Options.LearningRate)] = options => options.LearningRate = 0.02,
        [nameof(Options.Momentum)] = options => options.Momentum = 0.5,
        [nameof(Options.WeightDecay)] = options => options.WeightDecay = 0.01,
        [nameof(Options.WarmUpEpochs)] = options => options.WarmUpEpochs = 1,
        [nameof(Options.Nesterov)] = options => options.Nesterov = true,
        [nameof(Options.MaxGradientNorm)] = options => options.MaxGradientNorm = 0.01,
        [nameof(Options.LabelSmoothing)] = options => options.LabelSmoothing = 0.1,
        [nameof(Options.ClassWeights)] = options => options.ClassWeights = [new ClassWeight("top left", 3)],
        [nameof(Options.LearningRateSchedule)] = options => options.LearningRateSchedule = LearningRateSchedule.Constant,
        [nameof(Options.DropFraction)] = options => (options.DropFraction, options.MaskUpdateInterval) = (0.5, 2),
        [nameof(Options.TrainingEngine)] = options => options.TrainingEngine =
            options.TrainingEngine == TrainingEngine.Torch ? TrainingEngine.Managed : TrainingEngine.Torch,
        [nameof(Options.Augmentation)] = options => options.Augmentation = new Augmentation { Shift = 2 },
        [nameof(Options.ValidationFraction)] = options => options.ValidationFraction = 0.2,
        [nameof(Options.ValidationSet)] = options => options.ValidationSet = PrunedImageClassificationTrainerTests.Keyed(
            new MLContext(1), SyntheticImages.AsVectors(new MLContext(1), Images, seed: 4)),
        [nameof(Options.Seed)] = options => options.Seed = 12,
        [nameof(Options.ModuleFactory)] = options => (options.Network, options.ModuleFactory) = (null, (_, classes) => nn.Sequential(
            ("flatten", nn.Flatten()), ("first", nn.Linear(Shape.Count, 8)), ("act", nn.ReLU()), ("second", nn.Linear(8, classes)))),
    };

    /// <summary>Options whose effect is elsewhere, and the test that shows it.</summary>
    private static readonly Dictionary<string, string> Others = new()
    {
        [nameof(Options.LabelColumnName)] = nameof(ColumnNamesAreThoseOfTheOptions),
        [nameof(Options.ImageColumnName)] = nameof(ColumnNamesAreThoseOfTheOptions),
        [nameof(Options.ExampleWeightColumnName)] = nameof(RowsCountAsTheirWeightsSay),
        [nameof(Options.CacheMegabytes)] = nameof(ImagesThatDoNotFitIntoTheCacheComeInAnotherOrder),
        [nameof(Options.PredictedLabelColumnName)] = nameof(ColumnNamesAreThoseOfTheOptions),
        [nameof(Options.ScoreColumnName)] = nameof(ColumnNamesAreThoseOfTheOptions),
        [nameof(Options.ModuleName)] = nameof(AConvertedModuleHasTheNameOfTheOptions),
        [nameof(Options.ImageShape)] = nameof(ImagesAreResizedToTheShapeOfTheOptions),
        [nameof(Options.Background)] = nameof(TheBackgroundShowsThroughTransparentImages),
        [nameof(Options.InvalidImages)] = nameof(RowsThatCannotBeReadEndTheFitOrAreLeftOut),
        [nameof(Options.EarlyStopping)] = nameof(TrainingEndsWithoutAGainAndTheModelIsThatOfTheBestEpoch),
        [nameof(Options.MaxTrainingTime)] = nameof(TrainingEndsAfterTheStepThatExceedsItsTime),
        [nameof(Options.CheckpointPath)] = nameof(CheckpointsAreStoredAtTheirInterval),
        [nameof(Options.CheckpointInterval)] = nameof(CheckpointsAreStoredAtTheirInterval),
        [nameof(Options.Device)] = nameof(AGpuIsLookedFor),
        [nameof(Options.DivergenceRestarts)] = nameof(ATrainingThatDivergesRestartsAtALowerRate),
        [nameof(Options.ClassWeighting)] = nameof(RareClassesCountMoreIfTheyAreBalanced),
        [nameof(Options.MaskUpdateInterval)] = nameof(TheMaskUpdateIntervalCounts),
        [nameof(Options.Threads)] = nameof(TorchRunsOnTheThreadsOfTheOptions),
        [nameof(Options.Progress)] = nameof(ProgressIsReportedAndCancellationHeeded),
        [nameof(Options.CancellationToken)] = nameof(ProgressIsReportedAndCancellationHeeded),
    };

    private static readonly Dictionary<TrainingEngine, byte[]> s_usual = [];

    public static IEnumerable<object[]> NamesOfChanges =>
        from engine in s_engines
        from name in ChangesOfTheModel.Keys
        where engine == TrainingEngine.Torch || name is not (nameof(Options.PruneBiases) or nameof(Options.ModuleFactory))
        select new object[] { engine, name };

    [ClassInitialize]
    public static void Fit(TestContext testContext) => 
        Array.ForEach(s_engines, engine => s_usual.Add(engine, FitWith(_ => { }, engine)));

    [TestMethod]
    public void TheSameValuesGiveTheSameModel() => Array.ForEach(
        s_engines, engine => CollectionAssert.AreEqual(s_usual[engine], FitWith(_ => { }, engine)));

    [TestMethod]
    public void EveryOptionIsShownToHaveAnEffect()
    {
        string[] shown = [.. ChangesOfTheModel.Keys, .. Others.Keys];
        string[] missing = [.. typeof(Options).GetProperties().Select(property => property.Name).Except(shown)];
        Assert.IsEmpty(missing, $"nothing shows that these options do anything: {string.Join(", ", missing)}");
        foreach (string test in Others.Values)
        {
            Assert.IsNotNull(typeof(OptionEffectTests).GetMethod(test)!.GetCustomAttribute<TestMethodAttribute>());
        }
    }

    [TestMethod]
    [DynamicData(nameof(NamesOfChanges))]
    public void AnotherValueGivesAnotherModel(TrainingEngine engine, string name)
    {
        byte[] changed = FitWith(ChangesOfTheModel[name], engine);
        CollectionAssert.AreNotEqual(s_usual[engine], changed, $"{name} makes no difference");
        CollectionAssert.AreEqual(changed, FitWith(ChangesOfTheModel[name], engine), "the second fit differs");
    }

    [TestMethod]
    public void TheMaskUpdateIntervalCounts() => CollectionAssert.AreNotEqual(
        FitWith(options => (options.DropFraction, options.MaskUpdateInterval) = (0.5, 2)),
        FitWith(options => (options.DropFraction, options.MaskUpdateInterval) = (0.5, 3)));

    /// <summary>With no gain large enough, the first epoch stays the best; the model is that of a fit of one epoch.</summary>
    [TestMethod]
    [DataRow(TrainingEngine.Torch)]
    [DataRow(TrainingEngine.Managed)]
    public void TrainingEndsWithoutAGainAndTheModelIsThatOfTheBestEpoch(TrainingEngine engine)
    {
        Options options = Usual();
        (options.Epochs, options.ValidationFraction, options.TrainingEngine) = (9, 0.2, engine);
        options.LearningRateSchedule = LearningRateSchedule.Constant;
        options.EarlyStopping = new EarlyStopping { Patience = 2, MinimumGain = 100 };
        using PrunedImageClassificationTransformer model = Fit(options);
        Assert.HasCount(3, model.History.Epochs);
        Assert.AreEqual(1, model.History.BestEpoch);
        (options.Epochs, options.EarlyStopping) = (1, null);
        using PrunedImageClassificationTransformer expected = Fit(options);
        Assert.IsNull(expected.History.BestEpoch);
        float[] pixels = SyntheticImages.Draw(1, 1).First().Pixels;
        CollectionAssert.AreEqual(
            expected.CreatePredictor().Predict(pixels).Scores.ToArray(), model.CreatePredictor().Predict(pixels).Scores.ToArray());
    }

    [TestMethod]
    [DataRow(TrainingEngine.Torch)]
    [DataRow(TrainingEngine.Managed)]
    public void ATrainingThatDivergesRestartsAtALowerRate(TrainingEngine engine)
    {
        Options options = Usual();
        (options.LearningRate, options.TrainingEngine) = (1e20, engine);
        Assert.ThrowsExactly<InvalidOperationException>(() => Fit(options));
        options.DivergenceRestarts = 60;
        using PrunedImageClassificationTransformer model = Fit(options);
        Assert.IsGreaterThan(0, model.History.Restarts);
        Assert.IsTrue(model.History.Epochs.All(epoch => double.IsFinite(epoch.Loss)));
    }

    /// <summary>DeviceChoiceTests has more.</summary>
    [TestMethod]
    public void AGpuIsLookedFor()
    {
        Options options = Usual();
        options.Device = TrainingDevice.Cuda(77);
        Assert.ThrowsExactly<InvalidOperationException>(() => Fit(options));
    }

    [TestMethod]
    public void CheckpointsAreStoredAtTheirInterval()
    {
        using var file = new TemporaryFile();
        Assert.AreEqual(Usual().Epochs, CountCheckpoints(TimeSpan.FromHours(1)), "one at the start, and one after each epoch but the last");
        Assert.IsGreaterThan(Usual().Epochs, CountCheckpoints(TimeSpan.FromTicks(1)), "one after each step");

        int CountCheckpoints(TimeSpan interval)
        {
            File.Delete(file.Path);
            Options options = Usual();
            var contents = new HashSet<string>();
            (options.CheckpointPath, options.CheckpointInterval) = (file.Path, interval);
            options.Progress = new Receiver(_ => contents.Add(Convert.ToHexString(
                System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file.Path)))));
            Fit(options).Dispose();
            return contents.Count;
        }
    }

    [TestMethod]
    public void EarlyStoppingNeedsImagesToValidateOn()
    {
        Options options = Usual();
        options.EarlyStopping = new EarlyStopping();
        var exception = Assert.Throws<ArgumentException>(() => Fit(options));
        StringAssert.Contains(exception.Message, "set ValidationFraction");
    }

    [TestMethod]
    public void TrainingEndsAfterTheStepThatExceedsItsTime()
    {
        Options options = Usual();
        int steps = 0;
        options.MaxTrainingTime = TimeSpan.FromTicks(1);
        options.Progress = new Receiver(_ => steps++);
        using PrunedImageClassificationTransformer model = Fit(options);
        Assert.AreEqual(1, steps);
        Assert.HasCount(1, model.History.Epochs);
    }

    /// <summary>Of the last class there are fewer images than of the others.</summary>
    [TestMethod]
    public void RareClassesCountMoreIfTheyAreBalanced()
    {
        byte[][] models = Array.ConvertAll(Enum.GetValues<ClassWeighting>(), weighting =>
        {
            var mlContext = new MLContext(1);
            Options options = Usual();
            options.ClassWeighting = weighting;
            IDataView rows = mlContext.Data.TakeRows(SyntheticImages.AsVectors(mlContext, Images), Images - 7);
            return Pipelines.ModelFile(Pipelines.Classifier(Pipelines.Create(mlContext, options).Fit(rows)));
        });
        CollectionAssert.AreNotEqual(models[0], models[1]);
    }

    /// <summary>Rows of weight 0 make no difference, whatever is in them; other weights do.</summary>
    [TestMethod]
    [DataRow(TrainingEngine.Torch)]
    [DataRow(TrainingEngine.Managed)]
    public void RowsCountAsTheirWeightsSay(TrainingEngine engine)
    {
        byte[] usual = FitWeighted(_ => 1, "top left"), without = FitWeighted(row => row % 10 == 0 ? 0 : 1, "top left");
        CollectionAssert.AreEqual(without, FitWeighted(row => row % 10 == 0 ? 0 : 1, "top right"));
        CollectionAssert.AreNotEqual(usual, without);
        CollectionAssert.AreNotEqual(usual, FitWeighted(row => row % 10 == 0 ? 2 : 1, "top left"));

        byte[] FitWeighted(Func<int, float> weightOf, string labelOfTenth)
        {
            var mlContext = new MLContext(1);
            Options options = Usual();
            (options.ExampleWeightColumnName, options.TrainingEngine) = ("Weight", engine);
            options.InitialWeights = InitialWeights();
            options.Criterion = new MagnitudeCriterion();
            IDataView rows = mlContext.Data.LoadFromEnumerable(SyntheticImages.Draw(Images, 1).Select((image, row) => new WeightedRow
            {
                Image = image.Pixels, Label = row % 10 == 0 && row > 0 ? labelOfTenth : image.Label, Weight = weightOf(row),
            }).ToArray());
            using PrunedImageClassificationTransformer model = Pipelines.Classifier(Pipelines.Create(mlContext, options).Fit(rows));
            SnipPrediction prediction = model.CreatePredictor().Predict(SyntheticImages.Draw(1, 1).First().Pixels);
            return MemoryMarshal.AsBytes(prediction.Scores.ToArray().AsSpan()).ToArray();
        }
    }

    [TestMethod]
    [DataRow(-1f, "the weight is -1")]
    [DataRow(float.NaN, "the weight is NaN")]
    [DataRow(0f, "All example weights in column 'Weight' are 0")]
    public void ImpossibleWeightsAreTold(float weight, string says)
    {
        var mlContext = new MLContext(1);
        Options options = Usual();
        options.ExampleWeightColumnName = "Weight";
        IDataView rows = mlContext.Data.LoadFromEnumerable(SyntheticImages.Draw(Images, 1).Select(
            image => new WeightedRow { Image = image.Pixels, Label = image.Label, Weight = weight }).ToArray());
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => Pipelines.Create(mlContext, options).Fit(rows)).Message, says);
        options.ExampleWeightColumnName = "Label";
        Assert.ThrowsExactly<ArgumentException>(() => Pipelines.Create(mlContext, options));
        options.ExampleWeightColumnName = "Image";
        (options.LabelColumnName, options.ImageColumnName) = ("Label", "Weight");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Pipelines.Create(mlContext, options).Fit(rows));
    }

    /// <summary>The accuracy of the first step is that of the whole first batch only if the order is another one.</summary>
    [TestMethod]
    public void ImagesThatDoNotFitIntoTheCacheComeInAnotherOrder()
    {
        double[][] losses = Array.ConvertAll([1, 2], megabytes =>
        {
            var mlContext = new MLContext(1);
            var seen = new List<double>();
            var options = new Options
            {
                Network = NetworkDefinition.Build("mine", new ImageShape(1, GeneratedSource.Side, GeneratedSource.Side))
                    .Flatten().Linear(GeneratedSource.Classes).ToDefinition(),
                Epochs = 1, Seed = 1, CacheMegabytes = megabytes, Progress = new Receiver(progress => seen.Add(progress.Loss)),
            };
            Pipelines.Create(mlContext, options).Fit(mlContext.Snip().LoadImages(new GeneratedSource(400, isRandomAccess: true)));
            return seen.ToArray();
        });
        Assert.AreNotEqual(losses[0][0], losses[1][0]);
    }

    [TestMethod]
    public void ColumnNamesAreThoseOfTheOptions()
    {
        var mlContext = new MLContext(1);
        IDataView data = PrunedImageClassificationTrainerTests.Keyed(mlContext, SyntheticImages.AsVectors(mlContext, Images));
        data = mlContext.Transforms.CopyColumns("truth", "Label").Append(mlContext.Transforms.CopyColumns("image", "Image"))
            .Append(mlContext.Transforms.DropColumns("Label", "Image")).Fit(data).Transform(data);
        Options options = Usual();
        (options.LabelColumnName, options.ImageColumnName) = ("truth", "image");
        (options.PredictedLabelColumnName, options.ScoreColumnName) = ("guess", "chances");
        using PrunedImageClassificationTransformer model = mlContext.Snip().PrunedImageClassification(options).Fit(data);
        IDataView scored = model.Transform(data);
        CollectionAssert.AreEqual(new[] { "truth", "image", "guess", "chances" }, scored.Schema.Select(column => column.Name).ToArray());
        Assert.IsInstanceOfType<KeyDataViewType>(scored.Schema["guess"].Type);
        Assert.IsTrue(scored.GetColumn<float[]>("chances").All(chances => Math.Abs(chances.Sum() - 1) < 1e-5));
    }

    [TestMethod]
    public void AConvertedModuleHasTheNameOfTheOptions()
    {
        Options options = Usual();
        ChangesOfTheModel[nameof(Options.ModuleFactory)](options);
        options.ModuleName = "mine";
        using PrunedImageClassificationTransformer model = Fit(options);
        Assert.AreEqual("mine", model.Report.Network);
    }

    [TestMethod]
    public void ImagesAreResizedToTheShapeOfTheOptions()
    {
        var mlContext = new MLContext(1);
        Options options = Usual();
        (options.Network, options.Architecture, options.ImageShape) = (null, NetworkArchitecture.LeNet300, new ImageShape(1, 8, 6));
        using PrunedImageClassificationTransformer model = Pipelines.Classifier(
            Pipelines.Create(mlContext, options).Fit(SyntheticImages.AsImages(mlContext, Images)));
        Assert.AreEqual(48 * 300, model.Report.Layers[0].Connections);
    }

    [TestMethod]
    public void TheBackgroundShowsThroughTransparentImages()
    {
        var mlContext = new MLContext(1);
        double FitOn(string background)
        {
            // An image's class is where it is opaque; all opaque pixels are grey.
            IDataView images = mlContext.Data.LoadFromEnumerable(SyntheticImages.Draw(Images, seed: 1).Select(
                image => new SyntheticImages.ImageRow { Image = Transparent(image.Pixels), Label = image.Label }).ToArray());
            Options options = Usual();
            options.Background = background;
            using PrunedImageClassificationTransformer model = Pipelines.Classifier(Pipelines.Create(mlContext, options).Fit(images));
            return model.History.Epochs[0].Loss;
        }

        Assert.AreEqual(FitOn("#FFFFFF"), FitOn(new Options().Background));
        Assert.AreNotEqual(FitOn("#FFFFFF"), FitOn("#000000"));
    }

    [TestMethod]
    public void RowsThatCannotBeReadEndTheFitOrAreLeftOut()
    {
        var mlContext = new MLContext(1);
        IDataView rows = mlContext.Data.LoadFromEnumerable(SyntheticImages.Draw(Images, seed: 1).Select((image, row) =>
            new SyntheticImages.VectorRow { Image = row == 7 ? [float.NaN, .. image.Pixels[1..]] : image.Pixels, Label = image.Label })
                .ToArray());
        Options options = Usual();
        var exception = Assert.Throws<InvalidOperationException>(() => Pipelines.Create(mlContext, options).Fit(rows));
        StringAssert.Contains(exception.Message, "row 7");
        options.InvalidImages = InvalidImages.Skip;
        using PrunedImageClassificationTransformer model = Pipelines.Classifier(Pipelines.Create(mlContext, options).Fit(rows));
        Assert.HasCount(options.Epochs, model.History.Epochs);
    }

    [TestMethod]
    public void TorchRunsOnTheThreadsOfTheOptions()
    {
        foreach (int threads in new[] { 1, 2, 3 })
        {
            Options options = Usual();
            var seen = new List<int>();
            options.Threads = threads;
            options.Progress = new Receiver(_ => seen.Add(get_num_threads()));
            Fit(options).Dispose();
            Assert.IsTrue(seen.Count > 0 && seen.TrueForAll(count => count == threads), $"{threads} threads: {string.Join(' ', seen)}");
        }
    }

    [TestMethod]
    public void ProgressIsReportedAndCancellationHeeded()
    {
        using var cancel = new CancellationTokenSource();
        int reports = 0;
        Options options = Usual();
        options.CancellationToken = cancel.Token;
        options.Progress = new Receiver(_ =>
        {
            if (++reports == 2)
            {
                cancel.Cancel();
            }
        });
        Assert.Throws<OperationCanceledException>(() => Fit(options));
        Assert.AreEqual(2, reports, "no batch is trained after the one that was cancelled in");
    }

    /// <summary>Dark pixels become transparent, bright ones grey.</summary>
    private static MLImage Transparent(float[] pixels)
    {
        byte[] bytes = [.. pixels.SelectMany(pixel => pixel < 100 ? new byte[4] : [90, 90, 90, 255])];
        return MLImage.CreateFromPixels(SyntheticImages.Side, SyntheticImages.Side, MLPixelFormat.Bgra32, bytes);
    }

    private static NetworkDefinition Network(int units) =>
        NetworkDefinition.Build("small", Shape).Flatten().Linear(units).ReLU().Linear(SyntheticImages.ClassNames.Length).ToDefinition();

    /// <summary>A fit of some milliseconds in which chance plays every part it can.</summary>
    private static Options Usual() => new()
    {
        Network = Network(units: 8),
        Sparsity = 0.5,
        ScoringSampleCount = 20,
        Epochs = 2,
        BatchSize = 16,
        LearningRate = 0.01,
        WeightDecay = 0,
        Seed = 11,
    };

    private static byte[] FitWith(Action<Options> change, TrainingEngine engine = TrainingEngine.Auto)
    {
        Options options = Usual();
        options.TrainingEngine = engine;
        change(options);
        using PrunedImageClassificationTransformer model = Fit(options);
        return Pipelines.ModelFile(model);
    }

    private static PrunedImageClassificationTransformer Fit(Options options)
    {
        var mlContext = new MLContext(1);
        return Pipelines.Classifier(Pipelines.Create(mlContext, options).Fit(SyntheticImages.AsVectors(mlContext, Images)));
    }

    private static NetworkWeights InitialWeights() => new([
        new("fc1.weight", [.. Enumerable.Range(0, 8 * Shape.Count).Select(index => MathF.Sin(index))]),
        new("fc2.weight", [.. Enumerable.Range(0, 3 * 8).Select(index => MathF.Cos(index))])]);

    private sealed class WeightedRow
    {
        [VectorType(1, SyntheticImages.Side, SyntheticImages.Side)]
        public float[] Image { get; set; } = [];

        public string Label { get; set; } = string.Empty;

        public float Weight { get; set; }
    }
}
