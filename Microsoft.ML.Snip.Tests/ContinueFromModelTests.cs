using Options = Microsoft.ML.Snip.PrunedImageClassificationTrainer.Options;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests;

/// <summary>Fits that start from a saved model.</summary>
[TestClass]
public class ContinueFromModelTests
{
    private const double NoLearning = 1e-30;

    private static readonly string[] All = SyntheticImages.ClassNames, WithoutLast = All[..^1];

    public static IEnumerable<object[]> Networks =>
    [
        [NetworkArchitecture.LeNet300], [NetworkArchitecture.SmallCnn], [NetworkArchitecture.GruS], [NetworkArchitecture.ResNet20],
    ];

    /// <summary>A fit that learns nothing gives the model that it started from, whatever the order of the classes.</summary>
    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void WithoutLearningTheModelStaysAsItWas(NetworkArchitecture architecture)
    {
        SnipPredictor model = Train(new Options { Architecture = architecture, Sparsity = 0.9 }, All);
        SnipPredictor continued = Train(Without(Options.ContinueFrom(model)), All, reversed: true);
        Assert.AreEqual(PruningMask.FromModel(model).KeptCount, continued.Report.Kept);
        Assert.AreEqual("given mask", continued.Report.Criterion);
        CollectionAssert.AreEqual(All.Reverse().ToArray(), continued.ClassNames.ToArray());
        foreach (float[] pixels in SyntheticImages.Draw(6, seed: 3).Select(image => image.Pixels))
        {
            float[] expected = [.. model.Predict(pixels).Scores], found = [.. continued.Predict(pixels).Scores];
            foreach (string name in All)
            {
                Assert.AreEqual(
                    expected[Array.IndexOf([.. model.ClassNames], name)], found[Array.IndexOf([.. continued.ClassNames], name)], 1e-4f);
            }
        }
    }

    [TestMethod]
    public void ANewClassStartsFreshAndTheOthersStay()
    {
        SnipPredictor model = Train(new Options { Architecture = NetworkArchitecture.LeNet300, Sparsity = 0.9 }, WithoutLast);
        List<string> log = [];
        SnipPredictor continued = Train(Without(Options.ContinueFrom(model)), All, log: log);
        Assert.AreEqual(1, log.Count(line => line.Contains("Class 'bottom left' is new to the model", StringComparison.Ordinal)));
        foreach (float[] pixels in SyntheticImages.Draw(6, seed: 3).Select(image => image.Pixels))
        {
            float[] old = [.. model.Predict(pixels).Scores], now = [.. continued.Predict(pixels).Scores];
            Assert.AreEqual(MathF.Log(old[0] / old[1]), MathF.Log(now[0] / now[1]), 1e-2f, "the logits of the known classes");
        }

        Options learning = Options.ContinueFrom(model);
        (learning.Epochs, learning.LearningRate) = (4, 0.02);
        SnipPredictor learned = Train(learning, All);
        Assert.IsTrue(SyntheticImages.Draw(30, seed: 5).All(image => learned.Predict(image.Pixels).Label == image.Label));
    }

    [TestMethod]
    public void AClassThatTheDataDoNotHaveIsLeftOut()
    {
        SnipPredictor model = Train(new Options { Architecture = NetworkArchitecture.LeNet300, Sparsity = 0.9 }, All);
        List<string> log = [];
        SnipPredictor continued = Train(Without(Options.ContinueFrom(model)), WithoutLast, log: log);
        Assert.AreEqual(1, log.Count(line => line.Contains("The data have no class 'bottom left'", StringComparison.Ordinal)));
        CollectionAssert.AreEqual(WithoutLast, continued.ClassNames.ToArray());
    }

    /// <summary>Of the weights and the mask, either can be taken alone.</summary>
    [TestMethod]
    public void WeightsAndMaskCanBeTakenAlone()
    {
        SnipPredictor model = Train(new Options { Architecture = NetworkArchitecture.LeNet300, Sparsity = 0.9 }, All);
        Options weights = Without(Options.ContinueFrom(model)), mask = Without(Options.ContinueFrom(model));
        (weights.Mask, weights.Sparsity) = (null, 0.95);
        mask.InitialWeights = null;
        SnipPredictor sparser = Train(weights, All), fresh = Train(mask, All);
        Assert.AreEqual("SNIP", sparser.Report.Criterion);
        Assert.IsLessThan(PruningMask.FromModel(model).KeptCount, sparser.Report.Kept);
        Assert.AreEqual(PruningMask.FromModel(model).KeptCount, fresh.Report.Kept);
        float[] pixels = SyntheticImages.Draw(1, 1).First().Pixels;
        Assert.AreNotEqual(model.Predict(pixels).Scores[0], fresh.Predict(pixels).Scores[0]);
    }

    [TestMethod]
    public void ThePixelsAreNormalisedAsTheModelDoesIt()
    {
        SnipPredictor model = Train(new Options { Architecture = NetworkArchitecture.LeNet300, Sparsity = 0.9 }, All, images: 90);
        SnipPredictor continued = Train(Without(Options.ContinueFrom(model)), All, images: 60);
        CollectionAssert.AreEqual(model.PixelMeans.ToArray(), continued.PixelMeans.ToArray());
        SnipPredictor other = Train(new Options { Architecture = NetworkArchitecture.LeNet300, Sparsity = 0.9 }, All, images: 60);
        Assert.AreNotEqual(model.PixelMeans[0], other.PixelMeans[0]);
    }

    [TestMethod]
    public void AMaskOfAnotherNetworkIsRefused()
    {
        SnipPredictor model = Train(new Options { Architecture = NetworkArchitecture.LeNet300, Sparsity = 0.9 }, All);
        var options = new Options { Architecture = NetworkArchitecture.SmallCnn, Mask = PruningMask.FromModel(model) };
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Train(options, All)).Message, "fc1.weight");
        options.PruneBiases = true;
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Train(options, All)).Message, "PruneBiases");
    }

    [TestMethod]
    public void AModelOfACustomModuleIsRefused()
    {
        var options = new Options
        {
            ModuleName = "custom", ModuleFactory = (shape, classes) => new Custom(shape.Count, classes), Sparsity = 0.5,
        };
        SnipPredictor model = Train(options, All);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Options.ContinueFrom(model)).Message, "'custom'");
    }

    private static Options Without(Options options)
    {
        (options.Epochs, options.LearningRate, options.WeightDecay, options.Momentum) = (1, NoLearning, 0, 0);
        return options;
    }

    private static SnipPredictor Train(
        Options options, string[] classes, bool reversed = false, List<string>? log = null, int images = 60)
    {
        var mlContext = new MLContext(5);
        mlContext.Log += (_, entry) => log?.Add(entry.Message);
        (options.BatchSize, options.Seed) = (20, 5);
        options.Epochs = options.Epochs == new Options().Epochs ? 2 : options.Epochs;
        SyntheticImages.VectorRow[] rows = [.. SyntheticImages.Draw(images, seed: 1).Where(image => classes.Contains(image.Label)).Select(
            image => new SyntheticImages.VectorRow { Image = image.Pixels, Label = image.Label })];
        IDataView data = mlContext.Data.LoadFromEnumerable(
            reversed ? [.. rows.OrderByDescending(row => Array.IndexOf(All, row.Label))] : rows);
        return Pipelines.Classifier(Pipelines.Create(mlContext, options).Fit(data)).CreatePredictor();
    }

    private sealed class Custom : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _linear;

        public Custom(int inputs, int classes)
            : base(nameof(Custom))
        {
            _linear = nn.Linear(inputs, classes);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _linear.call(input.flatten(1)).relu();
    }
}
