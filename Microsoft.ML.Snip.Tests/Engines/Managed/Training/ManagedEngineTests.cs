using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Vectors;
using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Tests.Engines.Managed.Training;

[TestClass]
public class ManagedEngineTests
{
    private const double Rate = 0.05;

    private static readonly TrainingSettings Sgd = new(
        1, 30, TrainingOptimizer.Sgd, Rate, LearningRateSchedule.Constant, Momentum: 0.9, WeightDecay: 0.001, DropFraction: 0,
        MaskUpdateInterval: 1, Augmentation: null);

    public static IEnumerable<object[]> Cases =>
        from path in VectorPaths.All
        from optimizer in Enum.GetValues<TrainingOptimizer>()
        select new object[] { path.ToString(), optimizer };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void OneStepIsThatOfTorchSharp(string path, TrainingOptimizer optimizer)
    {
        for (int seed = 0; seed < 6; seed++)
        {
            TrainingSettings settings = Sgd with { Optimizer = optimizer };
            using var pair = new EnginePair(RandomDefinition(seed), settings, images: 30, seed, Enum.Parse<VectorPath>(path));
            (double loss, long correct) = pair.Managed.Step(pair.Images.Examples, 1e-3);
            (double expectedLoss, long expectedCorrect) = pair.Torch.Step(pair.Images.Examples, 1e-3);
            Assert.AreEqual(expectedLoss, loss, 1e-5 * Math.Max(1, expectedLoss));
            Assert.AreEqual(expectedCorrect, correct);
            double difference = pair.FindDifference();
            Assert.IsLessThan(1e-5, difference, $"seed {seed}");
        }
    }

    [TestMethod]
    [DataRow(TrainingOptimizer.Sgd, 2e-5)]
    [DataRow(TrainingOptimizer.Adam, 2e-3)]
    public void FiftyStepsAreThoseOfTorchSharp(TrainingOptimizer optimizer, double bound)
    {
        TrainingSettings settings = Sgd with { Optimizer = optimizer };
        using var pair = new EnginePair(Mlp(dropout: 0), settings, images: 90, seed: 1, density: 0.2);
        double rate = optimizer == TrainingOptimizer.Sgd ? Rate : 0.005;
        for (int step = 0; step < 50; step++)
        {
            ReadOnlySpan<int> batch = pair.Images.Examples.AsSpan(step % 3 * 30, 30);
            pair.Managed.Step(batch, rate);
            pair.Torch.Step(batch, rate);
        }

        Assert.IsLessThan(bound, pair.FindDifference());
    }

    /// <summary>A batch that is longer than the largest tile is split; the last one may have another length.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(17)]
    [DataRow(700)]
    public void BatchesOfAnyLengthGiveTheLossOfTorchSharp(int length)
    {
        using var pair = new EnginePair(Mlp(dropout: 0.4), Sgd with { BatchSize = length }, images: length, seed: 2);
        (double loss, long correct) = pair.Managed.Evaluate(pair.Images.Examples);
        (double expectedLoss, long expectedCorrect) = pair.Torch.Evaluate(pair.Images.Examples);
        Assert.AreEqual(expectedLoss, loss, 1e-5 * Math.Max(1, expectedLoss));
        Assert.AreEqual(expectedCorrect, correct);
    }

    [TestMethod]
    public void ALargeBatchIsOneStep()
    {
        using var pair = new EnginePair(Mlp(dropout: 0), Sgd with { BatchSize = 700 }, images: 700, seed: 3);
        pair.Managed.Step(pair.Images.Examples, Rate);
        pair.Torch.Step(pair.Images.Examples, Rate);
        Assert.IsLessThan(1e-5, pair.FindDifference());
    }

    /// <summary>Dropout keeps the mean of the values; without it the network computes the same each time.</summary>
    [TestMethod]
    public void DropoutActsInTrainingOnly()
    {
        using var pair = new EnginePair(Mlp(dropout: 0.5), Sgd, images: 30, seed: 4, density: 1);
        (double Loss, long Correct) evaluated = pair.Managed.Evaluate(pair.Images.Examples);
        Assert.AreEqual(evaluated, pair.Managed.Evaluate(pair.Images.Examples));
        double first = pair.Managed.Step(pair.Images.Examples, 0).Loss, second = pair.Managed.Step(pair.Images.Examples, 0).Loss;
        Assert.AreNotEqual(first, second);
        Assert.AreNotEqual(evaluated.Loss / 30, first);
    }

    [TestMethod]
    public void AMaskUpdateKeepsAsManyWeightsOfEachLayerAndTheirValues()
    {
        using var pair = new EnginePair(
            Mlp(dropout: 0), Sgd with { Optimizer = TrainingOptimizer.Adam }, images: 30, seed: 5, density: 0.3);
        pair.Managed.Step(pair.Images.Examples, 0.01);
        SparseNetwork before = pair.Trained;
        pair.Managed.UpdateMask(0.25);
        SparseNetwork after = pair.Trained;
        PruningMask mask = pair.Managed.ReadMask();
        foreach ((string name, var weight) in before.Weights)
        {
            float[] old = weight.ToDense(), updated = after.Weights[name].ToDense();
            int[] positions = after.Weights[name].Pattern.Positions();
            Assert.HasCount(weight.KeptCount, positions);
            int replaced = positions.Except(weight.Pattern.Positions()).Count();
            Assert.AreEqual((int)(0.25 * weight.KeptCount), replaced);
            Assert.IsTrue(positions.All(position => updated[position] == 0 || updated[position] == old[position]));
            CollectionAssert.AreEqual(positions, Enumerable.Range(0, old.Length).Where(at => mask.KeptOf(name)[at]).ToArray());
        }

        // The rebuilt layouts compute what the changed weights say.
        double loss = pair.Managed.Evaluate(pair.Images.Examples).LossSum;
        Assert.AreEqual(LossOf(after, pair), loss, 1e-4 * loss);
    }

    [TestMethod]
    public void AParameterThatIsNotFiniteIsNamed()
    {
        using var pair = new EnginePair(Mlp(dropout: 0), Sgd, images: 30, seed: 6, density: 1);
        Assert.IsNull(pair.Managed.FindNotFinite());
        pair.Managed.Step(pair.Images.Examples, 1e38);
        pair.Managed.Step(pair.Images.Examples, 1e38);
        Assert.IsNotNull(pair.Managed.FindNotFinite());
    }

    private static double LossOf(SparseNetwork network, EnginePair pair)
    {
        int size = network.Definition.InputShape.Count, classes = network.Definition.ClassCount;
        var images = new float[pair.Images.Count * size];
        for (int image = 0; image < pair.Images.Count; image++)
        {
            pair.Images.Dataset.CopyNormalized(image, PixelNormalization.Unchanged(1), images.AsSpan(image * size, size));
        }

        double[] logits = TorchReference.Predict(network, images, pair.Images.Count);
        return logits.Chunk(classes).Select((scores, image) =>
            Math.Log(scores.Sum(Math.Exp)) - scores[pair.Images.Dataset.Labels[image]]).Sum();
    }

    private static NetworkDefinition Mlp(double dropout) => NetworkDefinition.Build("mlp", new ImageShape(1, 6, 7))
        .Flatten().Linear(33).Dropout(dropout).ReLU().Linear(20, bias: false).ReLU().Dropout(dropout).Linear(7).ToDefinition();

    private static NetworkDefinition RandomDefinition(int seed)
    {
        var random = new Random(seed);
        NetworkBuilder builder = NetworkDefinition.Build(
            "random", new ImageShape(random.Next(1, 4), random.Next(1, 9), random.Next(1, 9))).Flatten();
        for (int layers = random.Next(4); layers > 0; layers--)
        {
            builder = builder.Linear(random.Next(1, 70), bias: random.Next(3) > 0);
            builder = random.Next(3) == 0 ? builder : builder.ReLU();
        }

        return builder.Linear(random.Next(2, 20)).ToDefinition();
    }
}
