using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Tests.Engines.Torch.Training;
using Microsoft.ML.Snip.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Training;

/// <summary>The epoch loop against what its settings ask for: which rows come when, and what becomes of them.</summary>
[TestClass]
public class TrainingLoopTests
{
    private const int Count = 11, Inputs = 4, Classes = 3;

    private static readonly TrainingSettings Still = new(
        Epochs: 3, BatchSize: 4, TrainingOptimizer.Sgd, LearningRate: 1e-30, LearningRateSchedule.Constant, Momentum: 0, WeightDecay: 0,
        DropFraction: 0, MaskUpdateInterval: 1, Augmentation: null);

    private readonly List<float[]> _trained = [];
    private readonly List<float[]> _evaluated = [];

    [TestMethod]
    public void EveryEpochTakesEachRowOnceInAnOrderOfItsOwn()
    {
        Run(Still, seed: 1);
        float[][] epochs = [.. _trained.Chunk(3).Select(batches => batches.SelectMany(batch => batch).ToArray())];
        Assert.HasCount(3, epochs);
        CollectionAssert.AreEqual(new[] { 4, 4, 3 }, _trained.Take(3).Select(batch => batch.Length).ToArray());
        float[] all = [.. Enumerable.Range(0, Count).Select(FirstNumber)];
        foreach (float[] epoch in epochs)
        {
            CollectionAssert.AreEquivalent(all, epoch);
            CollectionAssert.AreNotEqual(all, epoch, "the rows are not shuffled");
        }

        Assert.AreEqual(3, epochs.Select(order => string.Join(' ', order)).Distinct().Count(), "two epochs have one order");
    }

    [TestMethod]
    public void TheOrderDependsOnTheWholeSeed()
    {
        string OrderOf(int seed)
        {
            _trained.Clear();
            Run(Still, seed);
            return string.Join(' ', _trained.SelectMany(batch => batch));
        }

        Assert.AreEqual(OrderOf(1), OrderOf(1));
        Assert.AreEqual(3, new[] { 1, 2, 1 + (1 << 24) }.Select(OrderOf).Distinct().Count());
    }

    [TestMethod]
    public void AnEpochsLossAndAccuracyCountEachRowOnce()
    {
        // The network does not learn, so that every batch sees the weights that are known here.
        (TrainingHistory history, float[] weights) = Run(Still, seed: 1, validation: [2, 3, 5, 7, 8, 9]);
        (double loss, double accuracy) = Expected(weights, Enumerable.Range(0, Count));
        (double Loss, double Accuracy) validation = Expected(weights, [2, 3, 5, 7, 8, 9]);
        foreach (EpochSummary epoch in history.Epochs)
        {
            Assert.AreEqual(loss, epoch.Loss, 1e-6);
            Assert.AreEqual(accuracy, epoch.Accuracy, 1e-12);
            Assert.AreEqual(validation.Loss, epoch.ValidationLoss!.Value, 1e-6);
            Assert.AreEqual(validation.Accuracy, epoch.ValidationAccuracy!.Value, 1e-12);
        }

        CollectionAssert.AreEqual(
            Enumerable.Repeat(new[] { 2, 3, 5, 7, 8, 9 }.Select(FirstNumber), 4).SelectMany(numbers => numbers).ToArray(),
            _evaluated.SelectMany(batch => batch).ToArray(),
            "rows are evaluated in order, in evaluation mode, after each epoch, and by class at the end");
        Assert.HasCount(3 * 3, _trained, "every epoch trains in training mode");
    }

    [TestMethod]
    [DataRow(LearningRateSchedule.Constant)]
    [DataRow(LearningRateSchedule.Step)]
    [DataRow(LearningRateSchedule.Cosine)]
    public void EachStepHasTheRateOfTheSchedule(LearningRateSchedule schedule)
    {
        (TrainingHistory history, _) = Run(Still with { Schedule = schedule, LearningRate = 1e-3, Epochs = 6 }, seed: 1);
        CollectionAssert.AreEqual(
            Enumerable.Range(1, 6).Select(epoch => schedule.At(1e-3, (epoch * 3) - 1, 18)).ToArray(),
            history.Epochs.Select(epoch => epoch.LearningRate).ToArray());
    }

    /// <summary>Steps on all rows at once, written out here in float64.</summary>
    [TestMethod]
    [DataRow(TrainingOptimizer.Sgd, LearningRateSchedule.Constant, 0.0, 0.0)]
    [DataRow(TrainingOptimizer.Sgd, LearningRateSchedule.Step, 0.7, 0.0)]
    [DataRow(TrainingOptimizer.Sgd, LearningRateSchedule.Cosine, 0.0, 0.3)]
    [DataRow(TrainingOptimizer.Sgd, LearningRateSchedule.Constant, 0.9, 0.1)]
    [DataRow(TrainingOptimizer.Adam, LearningRateSchedule.Constant, 0.5, 0.2)]
    [DataRow(TrainingOptimizer.Adam, LearningRateSchedule.Step, 0.9, 0.0)]
    public void MomentumDecayRateAndScheduleAct(
        TrainingOptimizer optimizer, LearningRateSchedule schedule, double momentum, double weightDecay)
    {
        const double Rate = 0.05;
        const int Epochs = 12;
        float[] start = InitialWeights();
        (_, float[] actual) = Run(
            Still with
            {
                Epochs = Epochs, BatchSize = Count, Optimizer = optimizer, LearningRate = Rate, Schedule = schedule, Momentum = momentum,
                WeightDecay = weightDecay,
            },
            seed: 1);
        double[] weights = Array.ConvertAll(start, weight => (double)weight);
        double[] first = new double[weights.Length], second = new double[weights.Length];
        for (int step = 0; step < Epochs; step++)
        {
            double[] gradient = Gradient(weights);
            double rate = schedule.At(Rate, step, Epochs);
            for (int index = 0; index < weights.Length; index++)
            {
                double g = gradient[index] + (weightDecay * weights[index]);
                if (optimizer == TrainingOptimizer.Sgd)
                {
                    first[index] = (momentum * first[index]) + g;
                    weights[index] -= rate * first[index];
                }
                else
                {
                    first[index] = (momentum * first[index]) + ((1 - momentum) * g);
                    second[index] = (0.999 * second[index]) + (0.001 * g * g);
                    weights[index] -= rate * (first[index] / (1 - Math.Pow(momentum, step + 1)))
                        / (Math.Sqrt(second[index] / (1 - Math.Pow(0.999, step + 1))) + 1e-8);
                }
            }
        }

        for (int index = 0; index < weights.Length; index++)
        {
            Assert.AreEqual(weights[index], actual[index], 2e-5, $"weight {index}");
        }
    }

    /// <summary>Trained on one row again and again, so that the order makes no difference.</summary>
    [TestMethod]
    public void AugmentationDependsOnTheWholeSeed()
    {
        TrainingSettings changing = Still with { Augmentation = new Augmentation { HorizontalFlip = true, Shift = 1 } };
        string SeenWith(int seed)
        {
            _trained.Clear();
            using var network = new RecordingNetwork(Inputs, Classes, _trained, _evaluated);
            TorchTraining.Run(network, HalfMask(), changing, new ExampleSet(Dataset(), new int[30]), seed: seed);
            return string.Join(' ', _trained.SelectMany(batch => batch));
        }

        Assert.AreEqual(SeenWith(1), SeenWith(1));
        Assert.AreEqual(3, new[] { 1, 2, 1 + (1 << 24) }.Select(SeenWith).Distinct().Count());
    }

    [TestMethod]
    public void MaskUpdatesDependOnTheWholeSeed()
    {
        TrainingSettings moving = Still with { BatchSize = Count, Epochs = 8, DropFraction = 0.5, MaskUpdateInterval = 2 };
        string KeptWith(int seed) => string.Concat(KeptAfter(moving, seed).Select(kept => kept ? 1 : 0));
        Assert.AreEqual(KeptWith(1), KeptWith(1));
        Assert.AreEqual(3, new[] { 1, 2, 1 + (1 << 24) }.Select(KeptWith).Distinct().Count());
        CollectionAssert.AreEqual(Half, KeptAfter(Still, 1), "nothing moves unless asked");
    }

    [TestMethod]
    public void MaskUpdatesComeAtTheirInterval()
    {
        // Of 20 steps those before the 18th may be followed by a move. After the 16th it would be less than one connection.
        var moments = new List<int>();
        TrainingSettings settings = Still with { BatchSize = Count, Epochs = 20, DropFraction = 0.9, MaskUpdateInterval = 4 };
        bool[] before = Half;
        using var network = new RecordingNetwork(Inputs, Classes, _trained, _evaluated);
        SetWeights(network, InitialWeights());
        TorchTraining.Run(
            network, HalfMask(), settings, ExampleSet.All(Dataset()),
            reportEpoch: epoch =>
            {
                bool[] now = [.. Read(network).Select(weight => weight != 0)];
                if (now.Zip(before, (here, there) => there && !here).Any(gone => gone))
                {
                    moments.Add(epoch.Epoch);
                }

                before = now;
            });
        CollectionAssert.AreEqual(new[] { 4, 8, 12 }, moments);
    }

    private static bool[] Half => [.. Enumerable.Range(0, Inputs * Classes).Select(index => index % 2 == 0)];

    private static float FirstNumber(int row) => 1 + row;

    private static PruningMask HalfMask() => PruningMask.FromTensors([("_linear.weight", tensor(Half, [Classes, Inputs]))]);

    /// <summary>Images of 2 x 2, told apart by their first number.</summary>
    private static ImageDataset Dataset()
    {
        var shape = new ImageShape(1, 2, 2);
        var pixels = new FloatPixelStore(shape);
        for (int row = 0; row < Count; row++)
        {
            pixels.Add(PixelsOf(row));
        }

        var classes = new ClassLabels(ClassValueKind.Text, ["a", "b", "c"]);
        return new ImageDataset(shape, classes, [.. Enumerable.Range(0, Count).Select(LabelOf)], pixels);
    }

    private static float[] PixelsOf(int row) => [FirstNumber(row), row % 3, row * row % 5, 1 - (row % 2)];

    private static int LabelOf(int row) => row * 7 % 5 % Classes;

    private static float[] InitialWeights() =>
        [.. Enumerable.Range(0, Inputs * Classes).Select(index => ((index * 5 % 13) - 6.5f) * 0.03f)];

    private static void SetWeights(nn.Module network, float[] weights)
    {
        using IDisposable noGradients = no_grad();
        network.parameters().Single().copy_(tensor(weights, [Classes, Inputs]));
    }

    private static float[] Read(nn.Module network) => network.parameters().Single().detach().data<float>().ToArray();

    private (TrainingHistory History, float[] Weights) Run(TrainingSettings settings, int seed, int[]? validation = null)
    {
        (TrainingHistory history, _, float[] weights) = Run(
            settings, seed, PruningMask.FromTensors([("_linear.weight", ones(Classes, Inputs))]),
            validation is null ? null : new ExampleSet(Dataset(), validation));
        return (history, weights);
    }

    private bool[] KeptAfter(TrainingSettings settings, int seed) =>
        Run(settings, seed, HalfMask(), null).Mask.KeptOf("_linear.weight").ToArray();

    private (TrainingHistory History, PruningMask Mask, float[] Weights) Run(
        TrainingSettings settings, int seed, PruningMask mask, ExampleSet? validation)
    {
        using DisposeScope scope = NewDisposeScope();
        using var network = new RecordingNetwork(Inputs, Classes, _trained, _evaluated);
        SetWeights(network, InitialWeights());
        (TrainingHistory history, PruningMask kept) = TorchTraining.Run(
            network, mask, settings, ExampleSet.All(Dataset()), validation, seed);
        return (history, kept, Read(network));
    }

    private static double[] Probabilities(IReadOnlyList<double> weights, int row)
    {
        float[] pixels = PixelsOf(row);
        double[] powers =
        [
            .. Enumerable.Range(0, Classes)
                .Select(c => Math.Exp(Enumerable.Range(0, Inputs).Sum(input => weights[(c * Inputs) + input] * pixels[input]))),
        ];
        return Array.ConvertAll(powers, power => power / powers.Sum());
    }

    private static (double Loss, double Accuracy) Expected(float[] weights, IEnumerable<int> rows)
    {
        double[] exact = Array.ConvertAll(weights, weight => (double)weight);
        (double Loss, double Right)[] each =
        [
            .. rows.Select(row => (Probabilities(exact, row), LabelOf(row)))
                .Select(row => (-Math.Log(row.Item1[row.Item2]), Array.IndexOf(row.Item1, row.Item1.Max()) == row.Item2 ? 1.0 : 0)),
        ];
        return (each.Average(row => row.Loss), each.Average(row => row.Right));
    }

    private static double[] Gradient(double[] weights)
    {
        var gradient = new double[weights.Length];
        for (int row = 0; row < Count; row++)
        {
            double[] probabilities = Probabilities(weights, row);
            float[] pixels = PixelsOf(row);
            for (int index = 0; index < weights.Length; index++)
            {
                int label = index / Inputs;
                gradient[index] += (probabilities[label] - (label == LabelOf(row) ? 1 : 0)) * pixels[index % Inputs] / Count;
            }
        }

        return gradient;
    }
}
