using Options = Microsoft.ML.Snip.PrunedImageClassificationTrainer.Options;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests;

/// <summary>Fits that stop and go on from their checkpoint, through the front door.</summary>
[TestClass]
public class CheckpointTests
{
    private const int Images = 70;

    private static readonly Dictionary<string, Action<Options>> Settings = new()
    {
        ["stochastic gradient descent"] = _ => { },
        ["Adam with drop and grow"] = options =>
            (options.Optimizer, options.DropFraction, options.MaskUpdateInterval) = (TrainingOptimizer.Adam, 0.4, 2),
        ["augmentation and dropout"] = options =>
        {
            options.Augmentation = new Augmentation { Shift = 2, HorizontalFlip = true };
            options.Network = NetworkDefinition.Build("mine", Shape).Flatten().Linear(20).Dropout(0.3).ReLU().Linear(3).ToDefinition();
        },
        ["batch norm and early stopping"] = options =>
        {
            options.Network = NetworkDefinition.Build("mine", Shape).Conv2d(4, kernel: 3).BatchNorm().ReLU().GlobalAveragePool().Linear(3)
                .ToDefinition();
            (options.ValidationFraction, options.EarlyStopping) = (0.3, new EarlyStopping { Metric = ValidationMetric.Accuracy });
        },
        ["restarts after divergence"] = options => (options.LearningRate, options.DivergenceRestarts) = (1e20, 60),
    };

    private static ImageShape Shape => new(1, SyntheticImages.Side, SyntheticImages.Side);

    public static IEnumerable<object[]> Cases =>
        from engine in (TrainingEngine[])[TrainingEngine.Managed, TrainingEngine.Torch]
        from name in Settings.Keys
        select new object[] { engine, name };

    /// <summary>Stopped before the first step, inside epochs and at an epoch's end.</summary>
    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void ACancelledFitGoesOnToTheSameModel(TrainingEngine engine, string name)
    {
        Options options = Make(engine, Settings[name]);
        byte[] expected = Fit(options);
        using var file = new MissingFile();
        options.CheckpointPath = file.Path;
        foreach (int batches in (int[])[1, 3, 1, 2, 4])
        {
            CancelAfter(options, batches);
        }

        CollectionAssert.AreEqual(expected, Fit(options));
        CollectionAssert.AreEqual(expected, Fit(options), "the file stays, and gives the model at once");
    }

    /// <summary>A program that ends without a word has the checkpoint of the last epoch.</summary>
    [TestMethod]
    [DataRow(TrainingEngine.Managed)]
    [DataRow(TrainingEngine.Torch)]
    public void AFailureGoesOnFromTheLastEpoch(TrainingEngine engine)
    {
        Options options = Make(engine);
        byte[] expected = Fit(options);
        using var file = new MissingFile();
        options.CheckpointPath = file.Path;
        options.Progress = new Receiver(progress =>
        {
            if (progress is { Epoch: 2, Batch: 2 })
            {
                throw new InvalidTimeZoneException();
            }
        });
        Assert.ThrowsExactly<InvalidTimeZoneException>(() => Fit(options));
        var seen = new List<(int, int)>();
        options.Progress = new Receiver(progress => seen.Add((progress.Epoch, progress.Batch)));
        CollectionAssert.AreEqual(expected, Fit(options));
        Assert.AreEqual((2, 1), seen[0]);
    }

    [TestMethod]
    public void ACustomModuleGoesOnToo()
    {
        Options options = Make(TrainingEngine.Torch, options =>
        {
            options.ModuleName = nameof(ACustomModuleGoesOnToo);
            options.ModuleFactory = (shape, classes) => new DroppingModule(shape.Count, classes);
        });
        byte[] expected = Fit(options);
        using var file = new MissingFile();
        options.CheckpointPath = file.Path;
        CancelAfter(options, 4);
        CollectionAssert.AreEqual(expected, Fit(options));
    }

    /// <summary>Without a seed of its own, a fit takes that of the checkpoint.</summary>
    [TestMethod]
    public void TheSeedIsThatOfTheCheckpoint()
    {
        Options options = Make(TrainingEngine.Auto);
        options.Seed = null;
        using var file = new MissingFile();
        options.CheckpointPath = file.Path;
        byte[] first = Fit(options, new MLContext());
        CollectionAssert.AreEqual(first, Fit(options, new MLContext()));
        options.CheckpointPath = null;
        CollectionAssert.AreNotEqual(first, Fit(options, new MLContext()));
    }

    [TestMethod]
    public void AFitThatRanOutOfTimeGoesOnWithMore()
    {
        Options options = Make(TrainingEngine.Managed);
        byte[] expected = Fit(options);
        using var file = new MissingFile();
        (options.CheckpointPath, options.MaxTrainingTime) = (file.Path, TimeSpan.FromTicks(1));
        byte[] one = Fit(options);
        CollectionAssert.AreNotEqual(expected, one);
        CollectionAssert.AreEqual(one, Fit(options));
        options.MaxTrainingTime = null;
        CollectionAssert.AreEqual(expected, Fit(options));
    }

    [TestMethod]
    public void ACheckpointOfAnotherFitIsRefusedWithTheDifference()
    {
        Options options = Make(TrainingEngine.Auto);
        using var file = new MissingFile();
        options.CheckpointPath = file.Path;
        Fit(options);
        byte[] before = File.ReadAllBytes(file.Path);
        (Action<Options> Change, string Says)[] changes =
        [
            (changed => changed.Sparsity = 0.9, "Sparsity was 0.8 and is now 0.9"),
            (changed => changed.Optimizer = TrainingOptimizer.AdamW, "Optimizer was null and is now \"AdamW\""),
            (changed => changed.Seed = 8, "Seed was 7 and is now 8"),
            (changed => changed.Architecture = NetworkArchitecture.SmallCnn, "Architecture was \"LeNet300\""),
            (changed => changed.Criterion = new MagnitudeCriterion(), "Criterion was null and is now"),
            (changed => changed.InitialWeights = new NetworkWeights([]), "InitialWeights was null and is now"),
        ];
        foreach ((Action<Options> change, string says) in changes)
        {
            Options changed = Make(TrainingEngine.Auto, change);
            changed.CheckpointPath = file.Path;
            var exception = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(changed));
            StringAssert.Contains(exception.Message, says);
            StringAssert.Contains(exception.Message, file.Path);
        }

        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => Fit(options, images: Images, dataSeed: 2)).Message,
            "training data was 70 images");
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => Fit(options, images: Images - 1)).Message,
            "and is now 69 images");
        CollectionAssert.AreEqual(before, File.ReadAllBytes(file.Path), "a refused checkpoint stays as it was");
    }

    [TestMethod]
    public void AFolderThatIsMissingAndAFileThatIsNoCheckpointAreTold()
    {
        Options options = Make(TrainingEngine.Auto);
        options.CheckpointPath = Path.Combine(Path.GetTempPath(), "not there", "fit.ckpt");
        StringAssert.Contains(Assert.ThrowsExactly<DirectoryNotFoundException>(() => Fit(options)).Message, "CheckpointPath");
        using var file = new TemporaryFile();
        File.WriteAllText(file.Path, "hello");
        options.CheckpointPath = file.Path;
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Fit(options)).Message, file.Path);
        Assert.AreEqual("hello", File.ReadAllText(file.Path));
    }

    private static Options Make(TrainingEngine engine, Action<Options>? set = null)
    {
        var options = new Options
        {
            Architecture = NetworkArchitecture.LeNet300, Sparsity = 0.8, Epochs = 4, BatchSize = 20, ScoringSampleCount = 30, Seed = 7,
            TrainingEngine = engine,
        };
        set?.Invoke(options);
        return options;
    }

    private static byte[] Fit(Options options, MLContext? mlContext = null, int images = Images, int dataSeed = 1)
    {
        mlContext ??= new MLContext(3);
        using PrunedImageClassificationTransformer model = Pipelines.Classifier(
            Pipelines.Create(mlContext, options).Fit(SyntheticImages.AsBytes(mlContext, images, dataSeed)));
        return Pipelines.ModelFile(model);
    }

    private static void CancelAfter(Options options, int batches)
    {
        using var cancellation = new CancellationTokenSource();
        options.CancellationToken = cancellation.Token;
        options.Progress = new Receiver(_ =>
        {
            if (--batches == 0)
            {
                cancellation.Cancel();
            }
        });
        Assert.ThrowsExactly<OperationCanceledException>(() => Fit(options));
        (options.CancellationToken, options.Progress) = (default, null);
    }

    /// <summary>A name for a file that is not there yet.</summary>
    private sealed class MissingFile : IDisposable
    {
        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName());

        public void Dispose() => File.Delete(Path);
    }

    private sealed class DroppingModule : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _first, _second, _drop;

        public DroppingModule(int inputs, int classes)
            : base(nameof(DroppingModule))
        {
            (_first, _second, _drop) = (nn.Linear(inputs, 16), nn.Linear(16, classes), nn.Dropout(0.4));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _second.call(_drop.call(nn.functional.relu(_first.call(input.flatten(1)))));
    }
}
