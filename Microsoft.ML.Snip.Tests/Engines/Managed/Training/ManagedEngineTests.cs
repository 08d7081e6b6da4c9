using Microsoft.ML.Snip.Engines.Managed.Training;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;
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
            (double loss, long correct) = pair.Managed.Step(pair.Batch, 1e-3);
            (double expectedLoss, long expectedCorrect) = pair.Torch.Step(pair.Batch, 1e-3);
            Assert.AreEqual(expectedLoss, loss, 1e-5 * Math.Max(1, expectedLoss));
            Assert.AreEqual(expectedCorrect, correct);
            double difference = pair.FindDifference();
            Assert.IsLessThan(1e-5, difference, $"seed {seed}");
        }
    }

    public static IEnumerable<object[]> Layers =>
        from path in VectorPaths.All
        from name in LayerNetworks.Names
        select new object[] { path.ToString(), name };

    /// <summary>A step of SGD without momentum and weight decay moves each parameter by its gradient.</summary>
    [TestMethod]
    [DynamicData(nameof(Layers))]
    public void EachLayerHasTheGradientsOfTorchSharp(string path, string name)
    {
        foreach (int images in (int[])[30, 37])
        {
            TrainingSettings settings = Sgd with { BatchSize = images, Momentum = 0, WeightDecay = 0 };
            using var pair = new EnginePair(
                LayerNetworks.Build(name), settings, images, seed: images, Enum.Parse<VectorPath>(path), density: 0.5);
            Dictionary<string, float[]> before = pair.ReadManaged();
            (double loss, long correct) = pair.Managed.Step(pair.Batch, 1);
            (double expectedLoss, long expectedCorrect) = pair.Torch.Step(pair.Batch, 1);
            Assert.AreEqual(expectedLoss, loss, 1e-5 * Math.Max(1, expectedLoss));
            Assert.AreEqual(expectedCorrect, correct);
            (string worst, double difference) = pair.FindChangeDifference(before);
            Assert.IsLessThan(1e-5, difference, worst);
            (loss, correct) = pair.Evaluate(pair.Managed);
            (expectedLoss, expectedCorrect) = pair.Evaluate(pair.Torch);
            Assert.AreEqual(expectedLoss, loss, 1e-4 * Math.Max(1, expectedLoss));
        }
    }

    /// <summary>Pixels of five values give windows with several maxima, of which only the first gets the gradient.</summary>
    [TestMethod]
    [DataRow(2, 2, 0)]
    [DataRow(3, 2, 1)]
    public void OfEqualMaximaTheFirstGetsTheGradient(int size, int stride, int padding)
    {
        NetworkDefinition definition = NetworkDefinition.Build("ties", new ImageShape(1, 8, 8))
            .Conv2d(2, kernel: 1).Conv2d(3, kernel: 1).MaxPool(size, stride, padding).Flatten().Linear(4).ToDefinition();
        TrainingSettings settings = Sgd with { Momentum = 0, WeightDecay = 0 };
        using var pair = new EnginePair(definition, settings, images: 30, seed: 10, density: 1, wholeNumbers: true);
        Dictionary<string, float[]> before = pair.ReadManaged();
        pair.Managed.Step(pair.Batch, 1);
        pair.Torch.Step(pair.Batch, 1);
        (string worst, double difference) = pair.FindChangeDifference(before);
        Assert.IsLessThan(1e-5, difference, worst);
    }

    /// <summary>
    /// Random layers of random sizes. A batch norm may have gradients that are small differences of large numbers, as behind a layer with
    /// one input, whose scale it takes away.
    /// </summary>
    [TestMethod]
    public void RandomNetworksHaveTheGradientsOfTorchSharp()
    {
        int covered = 0;
        for (int seed = 0; seed < 150; seed++)
        {
            NetworkDefinition definition = RandomNetworks.Definition(new Random(seed));
            bool isRepeatable = !definition.Layers.Any(layer => layer is Dropout);
            if (isRepeatable && TrainingCoverage.FindUncovered(definition, pruneBiases: false) is null)
            {
                TrainingSettings settings = Sgd with { BatchSize = 21, Momentum = 0, WeightDecay = 0 };
                VectorPath path = VectorPaths.All[seed % VectorPaths.All.Count];
                using var pair = new EnginePair(definition, settings, images: 21, seed, path, density: 0.2 + (0.2 * (seed % 5)));
                Dictionary<string, float[]> before = pair.ReadManaged();
                double loss = pair.Managed.Step(pair.Batch, 1).Loss;
                double expected = pair.Torch.Step(pair.Batch, 1).Loss;
                Assert.AreEqual(expected, loss, 1e-5 * Math.Max(1, expected), $"seed {seed}");
                (string worst, double difference) = pair.FindChangeDifference(before);
                double bound = definition.Layers.Any(layer => layer is BatchNorm) ? 1e-3 : 1e-5;
                Assert.IsLessThan(bound, difference, $"seed {seed}, {worst}");
                covered++;
            }
        }

        Assert.IsGreaterThan(60, covered);
    }

    public static IEnumerable<object[]> Settings =>
    [
        ["Nesterov's momentum", Sgd with { Nesterov = true }],
        ["no momentum", Sgd with { Momentum = 0, Nesterov = true }],
        ["a limit of the gradients that acts", Sgd with { MaxGradientNorm = 0.01 }],
        ["a limit of the gradients that does not act", Sgd with { MaxGradientNorm = 1000 }],
        ["label smoothing", Sgd with { LabelSmoothing = 0.1 }],
        ["class weights", Sgd with { ClassWeights = [0.5f, 2, 1, 3, 0, 0.25f, 1] }],
        ["class weights and label smoothing", Sgd with { ClassWeights = [0.5f, 2, 1, 3, 0.1f, 0.25f, 1], LabelSmoothing = 0.3 }],
        ["AdamW", Sgd with { Optimizer = TrainingOptimizer.AdamW, WeightDecay = 0.1 }],
        ["Adam with all of it", Sgd with { Optimizer = TrainingOptimizer.Adam, MaxGradientNorm = 0.1, LabelSmoothing = 0.2 }],
    ];

    [TestMethod]
    [DynamicData(nameof(Settings))]
    public void SettingsActAsWithTorchSharp(string name, object settings) =>
        ((bool[])[false, true]).ToList().ForEach(weighted => ActAsWithTorchSharp(name, (TrainingSettings)settings, weighted));

    private static void ActAsWithTorchSharp(string name, TrainingSettings settings, bool weighted)
    {
        using var pair = new EnginePair(Mlp(dropout: 0), settings, images: 30, seed: 7, density: 0.5, weighted: weighted);
        for (int step = 0; step < 3; step++)
        {
            (double loss, long correct) = pair.Managed.Step(pair.Batch, 1e-3);
            (double expectedLoss, long expectedCorrect) = pair.Torch.Step(pair.Batch, 1e-3);
            Assert.AreEqual(expectedLoss, loss, 1e-5 * Math.Max(1, expectedLoss), name);
            Assert.AreEqual(expectedCorrect, correct);
        }

        Assert.IsLessThan(1e-5, pair.FindDifference(), name);
        Assert.AreEqual(
            pair.Evaluate(pair.Torch).LossSum, pair.Evaluate(pair.Managed).LossSum, 1e-3, name);
    }

    /// <summary>How far the engines drift apart: sums are made in another order, and small differences grow from step to step.</summary>
    [TestMethod]
    [DataRow("fully connected", TrainingOptimizer.Sgd, 2e-5)]
    [DataRow("fully connected", TrainingOptimizer.Adam, 2e-3)]
    [DataRow("convolutional", TrainingOptimizer.Sgd, 2e-4)]
    [DataRow("residual", TrainingOptimizer.Sgd, 2e-3)]
    [DataRow("recurrent", TrainingOptimizer.Adam, 5e-3)]
    public void FiftyStepsAreThoseOfTorchSharp(string kind, TrainingOptimizer optimizer, double bound)
    {
        TrainingSettings settings = Sgd with { Optimizer = optimizer };
        NetworkDefinition definition = kind switch
        {
            "fully connected" => Mlp(dropout: 0),
            "convolutional" => LayerNetworks.Build("convolution with ReLU"),
            "residual" => LayerNetworks.Build("residual connection with batch norm"),
            _ => LayerNetworks.Build("GRU"),
        };
        using var pair = new EnginePair(definition, settings, images: 90, seed: 1, density: 0.4);
        double rate = optimizer == TrainingOptimizer.Sgd ? 0.02 : 0.003;
        for (int step = 0; step < 50; step++)
        {
            ExampleBatch batch = pair.Images.Take(step % 3 * 30, 30);
            pair.Managed.Step(batch, rate);
            pair.Torch.Step(batch, rate);
        }

        Assert.IsLessThan(bound, pair.FindDifference());
    }

    /// <summary>The batch is split in the same way, and sums are made in the same order, whatever the number of threads.</summary>
    [TestMethod]
    [DataRow("residual connection with batch norm")]
    [DataRow("max pooling")]
    [DataRow("LSTM")]
    public void AnyNumberOfThreadsGivesTheSameBits(string name)
    {
        Dictionary<string, float[]>[] trained = Array.ConvertAll([1, 2, 5], threads =>
        {
            using var pair = new EnginePair(
                LayerNetworks.Build(name), Sgd with { BatchSize = 600 }, images: 600, seed: 8, density: 0.5, threads: threads);
            for (int step = 0; step < 3; step++)
            {
                pair.Managed.Step(pair.Batch, Rate);
            }

            return pair.ReadManaged();
        });
        foreach ((string parameter, float[] values) in trained[0])
        {
            CollectionAssert.AreEqual(values, trained[1][parameter], parameter);
            CollectionAssert.AreEqual(values, trained[2][parameter], parameter);
        }
    }

    /// <summary>A batch that is longer than the largest tile is split; the last one may have another length.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(17)]
    [DataRow(700)]
    public void BatchesOfAnyLengthGiveTheLossOfTorchSharp(int length)
    {
        using var pair = new EnginePair(Mlp(dropout: 0.4), Sgd with { BatchSize = length }, images: length, seed: 2);
        (double loss, long correct) = pair.Evaluate(pair.Managed);
        (double expectedLoss, long expectedCorrect) = pair.Evaluate(pair.Torch);
        Assert.AreEqual(expectedLoss, loss, 1e-5 * Math.Max(1, expectedLoss));
        Assert.AreEqual(expectedCorrect, correct);
    }

    [TestMethod]
    public void ALargeBatchIsOneStep()
    {
        using var pair = new EnginePair(Mlp(dropout: 0), Sgd with { BatchSize = 700 }, images: 700, seed: 3);
        pair.Managed.Step(pair.Batch, Rate);
        pair.Torch.Step(pair.Batch, Rate);
        Assert.IsLessThan(1e-5, pair.FindDifference());
    }

    /// <summary>Dropout keeps the mean of the values; without it the network computes the same each time.</summary>
    [TestMethod]
    public void DropoutActsInTrainingOnly()
    {
        using var pair = new EnginePair(Mlp(dropout: 0.5), Sgd, images: 30, seed: 4, density: 1);
        (double Loss, long Correct) evaluated = pair.Evaluate(pair.Managed);
        Assert.AreEqual(evaluated, pair.Evaluate(pair.Managed));
        double first = pair.Managed.Step(pair.Batch, 0).Loss, second = pair.Managed.Step(pair.Batch, 0).Loss;
        Assert.AreNotEqual(first, second);
        Assert.AreNotEqual(evaluated.Loss / 30, first);
    }

    [TestMethod]
    public void AMaskUpdateKeepsAsManyWeightsOfEachLayerAndTheirValues()
    {
        using var pair = new EnginePair(
            Mlp(dropout: 0), Sgd with { Optimizer = TrainingOptimizer.Adam, DropFraction = 0.25 }, images: 30, seed: 5, density: 0.3);
        pair.Managed.Step(pair.Batch, 0.01);
        SparseNetwork before = pair.Trained;
        pair.Managed.UpdateMask(0.25);
        SparseNetwork after = pair.Trained;
        PruningMask mask = pair.Managed.Read(withOptimizer: false).Mask;
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
        double loss = pair.Evaluate(pair.Managed).LossSum;
        Assert.AreEqual(LossOf(after, pair), loss, 1e-4 * loss);
    }

    [TestMethod]
    public void AParameterThatIsNotFiniteIsNamed()
    {
        using var pair = new EnginePair(Mlp(dropout: 0), Sgd, images: 30, seed: 6, density: 1);
        Assert.IsNull(pair.Managed.FindNotFinite());
        pair.Managed.Step(pair.Batch, 1e38);
        pair.Managed.Step(pair.Batch, 1e38);
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
