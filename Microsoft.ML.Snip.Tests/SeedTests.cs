using System.Globalization;
using Microsoft.ML.Snip.Networks;
using static TorchSharp.torch;
using Options = Microsoft.ML.Snip.PrunedImageClassificationTrainer.Options;

namespace Microsoft.ML.Snip.Tests;

/// <summary>All that is random in a fit comes from its seed: each with everything else held still.</summary>
[TestClass]
public class SeedTests
{
    private const int Images = 60;

    private const string ScoringAugmentation = "augmentation of the scoring sample", Augmentation = "augmentation", Dropout = "dropout";

    private static readonly int[] Seeds = [1, 2, 1 + (1 << 24)];

    private static readonly ImageShape Shape = new(1, SyntheticImages.Side, SyntheticImages.Side);

    private static readonly Dictionary<string, Action<Options>> RandomParts = new()
    {
        ["initial weights"] = options => options.InitialWeights = null,
        ["redrawn weights"] = options => (options.InitialWeights, options.RedrawWeights, options.Sparsity) = (null, true, 0),
        ["criterion"] = options => options.Criterion = new RandomCriterion(),
        ["scoring sample"] = options => options.ScoringSampleCount = 5,
        [ScoringAugmentation] = options =>
            (options.Augmentation, options.Epochs) = (new Snip.Augmentation { Shift = 3, WhenScoring = true }, 1),
        ["validation split"] = options => options.ValidationFraction = 0.3,
        [Dropout] = options => (options.Network, options.Epochs, options.Sparsity) = (Network(classes: 2, dropout: 0.5), 1, 0),
        ["order of the rows"] = options => (options.LearningRate, options.BatchSize) = (0.1, 7),
        [Augmentation] = options => (options.Augmentation, options.Epochs) = (new Snip.Augmentation { Shift = 3 }, 1),
        ["rewiring"] = options => (options.DropFraction, options.MaskUpdateInterval, options.Epochs) = (0.5, 1, 4),
        ["a module's own weights"] = options =>
            (options.Network, options.InitialWeights, options.ModuleFactory) = (null, null, (_, classes) => nn.Sequential(
            ("flatten", nn.Flatten()), ("first", nn.Linear(Shape.Count, 8)), ("act", nn.ReLU()), ("second", nn.Linear(8, classes)))),
    };

    public static IEnumerable<object[]> NamesOfParts => RandomParts.Keys.Select(name => new object[] { name });

    [TestMethod]
    public void WhereNothingIsRandomSeedsMakeNoDifference() =>
        Assert.HasCount(1, Seeds.Select(seed => TraitsOf(seed, _ => { })).Distinct());

    [TestMethod]
    [DynamicData(nameof(NamesOfParts))]
    public void EachRandomPartDependsOnTheWholeSeed(string part)
    {
        string[] traits = [.. Seeds.Select(Traits)];
        Assert.AreEqual(Seeds.Length, traits.Distinct().Count(), $"{part}: {string.Join(" / ", traits)}");
        Assert.AreEqual(traits[0], Traits(Seeds[0]), "the second fit differs");

        // Two rows can come in two orders only, which three seeds are told apart from. Where training is changed at random as well as
        // scoring, only what is kept tells of the scoring.
        string Traits(int seed)
        {
            string all = TraitsOf(seed, RandomParts[part], part is Augmentation or ScoringAugmentation or Dropout ? 2 : Images);
            return part == ScoringAugmentation ? all[all.LastIndexOf(' ')..] : all;
        }
    }

    /// <summary>What is drawn anew is not what was scored.</summary>
    [TestMethod]
    public void RedrawnWeightsAreOthers()
    {
        Action<Options> scored = options => (options.InitialWeights, options.Sparsity) = (null, 0);
        Assert.AreNotEqual(TraitsOf(1, scored), TraitsOf(1, scored + (options => options.RedrawWeights = true)));
    }

    private static NetworkDefinition Network(int classes, double dropout = 0)
    {
        NetworkBuilder builder = NetworkDefinition.Build("small", Shape).Flatten().Linear(8).ReLU();
        return (dropout > 0 ? builder.Dropout(dropout) : builder).Linear(classes).ToDefinition();
    }

    /// <summary>Losses to four digits, which the order of sums does not reach, and which connections are kept.</summary>
    private static string TraitsOf(int seed, Action<Options> change, int images = Images)
    {
        int classes = Math.Min(images, SyntheticImages.ClassNames.Length);
        var options = new Options
        {
            Network = Network(classes),
            InitialWeights = FixedWeights(classes),
            Sparsity = 0.9,
            ScoringSampleCount = images,
            Epochs = 2,
            BatchSize = images,
            LearningRate = 1e-30,
            WeightDecay = 0,
            Seed = seed,
        };
        change(options);
        var mlContext = new MLContext(1);
        using PrunedImageClassificationTransformer model = Pipelines.Classifier(
            Pipelines.Create(mlContext, options).Fit(SyntheticImages.AsVectors(mlContext, images)));
        IEnumerable<string> losses = model.History.Epochs.Select(epoch => string.Create(
            CultureInfo.InvariantCulture, $"{epoch.Loss:F4} {epoch.ValidationLoss:F4}"));
        return $"{string.Join(' ', losses)} {string.Concat(model.Report.RetainedPerPixel!.Counts)}";
    }

    private static NetworkWeights FixedWeights(int classes)
    {
        var random = new Random(1);
        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) / 5)];
        return new NetworkWeights([new("fc1.weight", Draw(8 * Shape.Count)), new("fc2.weight", Draw(classes * 8))]);
    }
}
