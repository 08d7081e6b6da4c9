using System.Reflection;
using System.Text.Json;
using Microsoft.ML.SearchSpace;
using Options = Microsoft.ML.Snip.PrunedImageClassificationTrainer.Options;

namespace Microsoft.ML.Snip.Tests;

/// <summary>The rules by which Microsoft.ML.AutoML sweeps an options class with no adapter, and the checks at the front door.</summary>
[TestClass]
public class OptionsTests
{
    private static readonly PropertyInfo[] Properties = typeof(Options).GetProperties();

    [TestMethod]
    public void OptionsHaveAParameterlessConstructorAndNoPublicFields()
    {
        Assert.IsNotNull(typeof(Options).GetConstructor(Type.EmptyTypes));
        Assert.IsEmpty(typeof(Options).GetFields(), "AutoML ignores fields");
    }

    [TestMethod]
    public void EveryOptionIsAPublicPropertyToGetAndSet() =>
        Assert.IsTrue(Properties.All(property => property.GetMethod!.IsPublic && property.SetMethod?.IsPublic == true));

    [TestMethod]
    public void EverySettingSurvivesTheJsonRoundTripByWhichAutoMLCopiesOptions()
    {
        var options = new Options
        {
            LabelColumnName = "a",
            ImageColumnName = "b",
            PredictedLabelColumnName = "c",
            ScoreColumnName = "d",
            Architecture = NetworkArchitecture.LeNet300,
            Network = NetworkDefinition.Build("own", new ImageShape(1, 8, 8))
                .Conv2d(4, kernel: 3)
                .ReLU()
                .Flatten()
                .Linear(3)
                .ToDefinition(),
            ModuleName = "mine",
            ImageShape = new ImageShape(1, 8, 8),
            InvalidImages = InvalidImages.Skip,
            Background = "#102030",
            Sparsity = 0.77,
            Exclude = ["fc1"],
            LayerSparsities = [new LayerSparsity("conv?", 0.5)],
            ScoringSampleCount = 50,
            PruneBiases = true,
            RedrawWeights = true,
            Epochs = 7,
            BatchSize = 13,
            Optimizer = TrainingOptimizer.Adam,
            LearningRate = 0.07,
            Momentum = 0.8,
            WeightDecay = 1e-3,
            Nesterov = true,
            MaxGradientNorm = 5,
            LabelSmoothing = 0.1,
            WarmUpEpochs = 0.5,
            EarlyStopping = new EarlyStopping { Metric = ValidationMetric.Accuracy, Patience = 3, MinimumGain = 0.01 },
            MaxTrainingTime = TimeSpan.FromMinutes(5),
            CheckpointPath = "fit.ckpt",
            CheckpointInterval = TimeSpan.FromMinutes(2),
            DivergenceRestarts = 2,
            CacheMegabytes = 64,
            Device = TrainingDevice.Cuda(1),
            ExampleWeightColumnName = "weight",
            ClassWeights = [new ClassWeight("cat", 2)],
            ClassWeighting = ClassWeighting.Balanced,
            LearningRateSchedule = LearningRateSchedule.Step,
            DropFraction = 0.25,
            MaskUpdateInterval = 20,
            Augmentation = new Augmentation { Shift = 4, HorizontalFlip = true, WhenScoring = true },
            TrainingEngine = TrainingEngine.Managed,
            ValidationFraction = 0.125,
            Threads = 2,
            Seed = 42,
        };
        Options copy = JsonSerializer.Deserialize<Options>(JsonSerializer.Serialize(options))!;
        var defaults = new Options();
        foreach (PropertyInfo property in Properties.Where(
            property => property.GetCustomAttribute<System.Text.Json.Serialization.JsonIgnoreAttribute>() is null))
        {
            object? value = property.GetValue(options);
            Assert.AreNotEqual(property.GetValue(defaults), value, $"the test leaves {property.Name} at its default");
            if (value is NetworkDefinition network)
            {
                Assert.AreEqual(network.ToJson(), ((NetworkDefinition)property.GetValue(copy)!).ToJson());
            }
            else if (value is Array values)
            {
                CollectionAssert.AreEqual(values, (Array)property.GetValue(copy)!, property.Name);
            }
            else
            {
                Assert.AreEqual(value, property.GetValue(copy), property.Name);
            }
        }
    }

    [TestMethod]
    public void OnlyWhatCannotBeWrittenIsLeftOutOfTheJson()
    {
        string[] left = [.. Properties.Where(property =>
        property.GetCustomAttribute<System.Text.Json.Serialization.JsonIgnoreAttribute>() is not null).Select(property => property.Name)];
        CollectionAssert.AreEquivalent(
            new[] { "Mask", "Criterion", "ModuleFactory", "InitialWeights", "ValidationSet", "Progress", "CancellationToken" }, left);
    }

    [TestMethod]
    public void RangesAndChoicesMatchTheTypesOfTheirOptions()
    {
        int swept = 0;
        foreach (PropertyInfo property in Properties)
        {
            Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            object? value = property.GetValue(new Options());
            if (property.GetCustomAttribute<RangeAttribute>() is { } range)
            {
                swept++;
                Assert.AreEqual(type, range.Min.GetType(), property.Name);
                Assert.AreEqual(type, range.Max.GetType(), property.Name);
                double min = Convert.ToDouble(range.Min), max = Convert.ToDouble(range.Max);
                Assert.IsTrue(min < max);
                Assert.IsTrue(
                    value is null || (Convert.ToDouble(value) >= min && Convert.ToDouble(value) <= max),
                    $"{property.Name}'s default is outside its range");
            }

            if (property.GetCustomAttribute<ChoiceAttribute>() is not null)
            {
                swept++;
                Assert.IsTrue(type.IsEnum, property.Name);
            }
        }

        Assert.IsGreaterThanOrEqualTo(5, swept);
    }

    [TestMethod]
    [DataRow(nameof(Options.Sparsity), 1.0)]
    [DataRow(nameof(Options.Sparsity), double.NaN)]
    [DataRow(nameof(Options.ScoringSampleCount), 0)]
    [DataRow(nameof(Options.Epochs), 0)]
    [DataRow(nameof(Options.Epochs), int.MaxValue)]
    [DataRow(nameof(Options.BatchSize), -1)]
    [DataRow(nameof(Options.LearningRate), 0.0)]
    [DataRow(nameof(Options.LearningRate), double.PositiveInfinity)]
    [DataRow(nameof(Options.LearningRate), 1e-50)]
    [DataRow(nameof(Options.LearningRate), 1e300)]
    [DataRow(nameof(Options.Momentum), 1.0)]
    [DataRow(nameof(Options.Momentum), 0.99999999)]
    [DataRow(nameof(Options.WeightDecay), -1e-4)]
    [DataRow(nameof(Options.WeightDecay), 1e-50)]
    [DataRow(nameof(Options.WeightDecay), 1e300)]
    [DataRow(nameof(Options.DropFraction), 1.0)]
    [DataRow(nameof(Options.DropFraction), double.NaN)]
    [DataRow(nameof(Options.MaskUpdateInterval), 0)]
    [DataRow(nameof(Options.ValidationFraction), 1.0)]
    [DataRow(nameof(Options.Background), "white")]
    [DataRow(nameof(Options.Threads), 0)]
    [DataRow(nameof(Options.Threads), 1_000_000)]
    [DataRow(nameof(Options.Architecture), (NetworkArchitecture)99)]
    [DataRow(nameof(Options.InvalidImages), (InvalidImages)99)]
    [DataRow(nameof(Options.Optimizer), (TrainingOptimizer)99)]
    [DataRow(nameof(Options.MaxGradientNorm), 0.0)]
    [DataRow(nameof(Options.MaxGradientNorm), -1.0)]
    [DataRow(nameof(Options.MaxGradientNorm), double.NaN)]
    [DataRow(nameof(Options.LabelSmoothing), 1.0)]
    [DataRow(nameof(Options.LabelSmoothing), -0.1)]
    [DataRow(nameof(Options.WarmUpEpochs), -1.0)]
    [DataRow(nameof(Options.WarmUpEpochs), double.NaN)]
    [DataRow(nameof(Options.ClassWeighting), (ClassWeighting)9)]
    [DataRow(nameof(Options.TrainingEngine), (TrainingEngine)99)]
    [DataRow(nameof(Options.LearningRateSchedule), (LearningRateSchedule)99)]
    public void ANumberOutsideItsRangeIsNamed(string name, object value)
    {
        var options = new Options();
        typeof(Options).GetProperty(name)!.SetValue(options, value);
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => new MLContext(1).Snip().PrunedImageClassification(options));
        Assert.AreEqual(name, exception.ParamName);
        StringAssert.Contains(
            exception.Message, $"{name} is {Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)}; it must be");
    }

    [TestMethod]
    public void TheLargestNumbersAreTaken()
    {
        var mlContext = new MLContext(1);
        mlContext.Snip().PrunedImageClassification(new Options
        {
            Epochs = 10_000, Threads = 1024, BatchSize = int.MaxValue, ScoringSampleCount = int.MaxValue, MaskUpdateInterval = int.MaxValue,
            LearningRate = 1e38, WeightDecay = 1e38, Momentum = 0.9999,
        });
        mlContext.Snip().PrunedImageClassification(new Options { LearningRate = 1e-37, WeightDecay = 0, Momentum = 0 });
    }

    [TestMethod]
    [DataRow(nameof(Options.LabelColumnName))]
    [DataRow(nameof(Options.ImageColumnName))]
    [DataRow(nameof(Options.PredictedLabelColumnName))]
    [DataRow(nameof(Options.ScoreColumnName))]
    public void AnEmptyColumnNameIsNamed(string name)
    {
        var options = new Options();
        typeof(Options).GetProperty(name)!.SetValue(options, " ");
        var exception = Assert.Throws<ArgumentException>(() => new MLContext(1).Snip().PrunedImageClassification(options));
        Assert.AreEqual(name, exception.ParamName);
    }

    [TestMethod]
    public void ListsOfLayersAreChecked()
    {
        Options[] wrong =
        [
            new() { Exclude = [""] }, new() { Exclude = null! }, new() { LayerSparsities = [new LayerSparsity("conv1", 1)] },
            new() { LayerSparsities = [new LayerSparsity("", 0.5)] }, new() { LayerSparsities = [null!] },
        ];
        foreach (Options options in wrong)
        {
            var exception = Assert.Throws<ArgumentOutOfRangeException>(() => new MLContext(1).Snip().PrunedImageClassification(options));
            StringAssert.Contains(exception.Message, $"{exception.ParamName} is ");
            Assert.IsFalse(exception.Message.Contains("[]", StringComparison.Ordinal), "an empty name is not to be seen");
        }
    }

    [TestMethod]
    public void SettingsThatContradictEachOtherAreRefused()
    {
        var mlContext = new MLContext(1);
        IDataView data = SyntheticImages.AsVectors(mlContext, 3);
        Assert.Throws<ArgumentException>(
            () => mlContext.Snip().PrunedImageClassification(new Options { ValidationSet = data, ValidationFraction = 0.1 }));
        Assert.Throws<ArgumentException>(
            () => mlContext.Snip().PrunedImageClassification(new Options { PredictedLabelColumnName = "x", ScoreColumnName = "x" }));
        foreach ((Options hiding, string names) in new[]
                 {
                     (new Options { ScoreColumnName = "Label" }, "LabelColumnName and ScoreColumnName are both 'Label'"),
                     (new Options { PredictedLabelColumnName = "Label" }, "LabelColumnName and PredictedLabelColumnName are both 'Label'"),
                     (new Options { ScoreColumnName = "Image" }, "ImageColumnName and ScoreColumnName are both 'Image'"),
                     (new Options { PredictedLabelColumnName = "Image" }, "ImageColumnName and PredictedLabelColumnName are both 'Image'"),
                     (new Options { ImageColumnName = "Label" }, "LabelColumnName and ImageColumnName are both 'Label'"),
                 })
        {
            StringAssert.Contains(
                Assert.ThrowsExactly<ArgumentException>(() => mlContext.Snip().PrunedImageClassification(hiding)).Message, names);
        }
        Assert.Throws<ArgumentOutOfRangeException>(
            () => mlContext.Snip().PrunedImageClassification(new Options { ImageShape = new ImageShape(2, 8, 8) }));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => mlContext.Snip().PrunedImageClassification(new Options { Augmentation = new Augmentation { Shift = -1 } }));
        Assert.Throws<ArgumentException>(() => mlContext.Snip()
            .PrunedImageClassification(new Options { InitialWeights = new NetworkWeights([]), RedrawWeights = true }));
        NetworkDefinition network = NetworkDefinition.Build("own", new ImageShape(1, 8, 8)).Flatten().Linear(3).ToDefinition();
        Assert.Throws<ArgumentException>(() => mlContext.Snip()
            .PrunedImageClassification(new Options { Network = network, ModuleFactory = (_, _) => TorchSharp.torch.nn.Flatten() }));
        Assert.Throws<ArgumentException>(() => mlContext.Snip().PrunedImageClassification(new Options { ModuleName = "no such module" }));
        Assert.Throws<ArgumentException>(
            () => mlContext.Snip().PrunedImageClassification(new Options { Network = network, ImageShape = new ImageShape(1, 9, 9) }));
    }
}
