using System.Reflection;
using Microsoft.ML.Snip.Compaction;
using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Engines.Torch.Modules;
using Microsoft.ML.Snip.Engines.Torch.Runtime;
using Microsoft.ML.Snip.Engines.Torch.Training;
using Microsoft.ML.Snip.Formats.Model;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Tests.Engines.Torch.Training;
using Microsoft.ML.Snip.Tests.Formats.Model;
using Microsoft.ML.Snip.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Networks;

/// <summary>
/// Every built-in network, at the sparsity of the SNIP paper, on a few random images, through all that a fit and a loaded model do: score,
/// prune, train two steps, compact, predict, save, load, predict again.
/// </summary>
[TestClass]
public class EveryArchitectureTests
{
    private const int Images = 4, Classes = 10;

    [TestMethod]
    [DataRow(NetworkArchitecture.LeNet300, 1, 28, 0.98)]
    [DataRow(NetworkArchitecture.LeNet5, 1, 28, 0.99)]
    [DataRow(NetworkArchitecture.LstmS, 1, 28, 0.95)]
    [DataRow(NetworkArchitecture.LstmB, 1, 28, 0.95)]
    [DataRow(NetworkArchitecture.GruS, 1, 28, 0.95)]
    [DataRow(NetworkArchitecture.GruB, 1, 28, 0.95)]
    [DataRow(NetworkArchitecture.AlexNetS, 3, 32, 0.9)]
    [DataRow(NetworkArchitecture.AlexNetB, 3, 64, 0.9)]
    [DataRow(NetworkArchitecture.VggC, 1, 28, 0.95)]
    [DataRow(NetworkArchitecture.VggD, 3, 64, 0.95)]
    [DataRow(NetworkArchitecture.VggLike, 3, 32, 0.97)]
    [DataRow(NetworkArchitecture.Wrn16x8, 1, 28, 0.95)]
    [DataRow(NetworkArchitecture.Wrn16x10, 3, 32, 0.95)]
    [DataRow(NetworkArchitecture.Wrn22x8, 3, 32, 0.95)]
    [DataRow(NetworkArchitecture.SmallCnn, 1, 8, 0.9)]
    [DataRow(NetworkArchitecture.SmallCnn, 3, 100, 0.95)]
    [DataRow(NetworkArchitecture.ResNet20, 3, 32, 0.95)]
    [DataRow(NetworkArchitecture.MobileNetV2S, 1, 28, 0.9)]
    [DataRow(NetworkArchitecture.MobileNetV2S, 3, 64, 0.9)]
    public void TrainsCompactsPredictsAndSurvivesTheModelFile(NetworkArchitecture architecture, int channels, int side, double sparsity)
    {
        using var threads = new TorchThreads(1);
        using DisposeScope scope = NewDisposeScope();
        ImageDataset dataset = DrawImages(new ImageShape(channels, side, side));
        PixelNormalization normalization = dataset.ComputeNormalization();
        using var network = new TorchNetwork(NetworkDefinition.FromArchitecture(architecture, dataset.Shape, Classes));
        network.LoadParameters(WeightInitializer.Draw(network.Definition, new Random(1)));

        (PruningMask mask, TrainingHistory history) = PruneAndTrain(network, dataset, normalization, sparsity);
        Assert.AreEqual(Math.Round(mask.ConnectionCount * (1 - sparsity)), mask.KeptCount);
        float[] images = new float[Images * dataset.Shape.Count];
        for (int example = 0; example < Images; example++)
        {
            dataset.CopyNormalized(example, normalization, images.AsSpan(example * dataset.Shape.Count, dataset.Shape.Count));
        }

        float[] expected = Evaluate(network, images);
        SparseNetwork compact = Compactor.Compact(TrainedNetwork.ToSparse(network, mask));
        float[] predicted = Predict(compact, images);
        double tolerance = 1e-4 * expected.Max(Math.Abs);
        for (int index = 0; index < expected.Length; index++)
        {
            Assert.AreEqual(expected[index], predicted[index], tolerance, $"logit {index}");
        }

        var model = new SnipModel(compact, normalization, dataset.Classes, PruningReport.From(network.Definition, mask, "SNIP"), history);
        SnipModel loaded = SampleModels.Read(SampleModels.Write(model));
        CollectionAssert.AreEqual(predicted, Predict(loaded.Network, images));
        Assert.AreEqual(mask.KeptCount, loaded.Report.Kept);
    }

    [TestMethod]
    public void NoArchitectureIsLeftOut()
    {
        MethodInfo test = typeof(EveryArchitectureTests).GetMethod(nameof(TrainsCompactsPredictsAndSurvivesTheModelFile))!;
        NetworkArchitecture[] tested =
            [.. test.GetCustomAttributes<DataRowAttribute>().Select(row => (NetworkArchitecture)row.Data[0]!).Distinct()];
        CollectionAssert.AreEquivalent(Enum.GetValues<NetworkArchitecture>().Except([NetworkArchitecture.Auto]).ToArray(), tested);
    }

    private static ImageDataset DrawImages(ImageShape shape)
    {
        var random = new Random(2);
        var store = new FloatPixelStore(shape);
        var pixels = new float[shape.Count];
        for (int example = 0; example < Images; example++)
        {
            for (int index = 0; index < pixels.Length; index++)
            {
                pixels[index] = random.Next(256);
            }

            store.Add(pixels);
        }

        return new ImageDataset(
            shape, new ClassLabels(ClassValueKind.Text, [.. Enumerable.Range(0, Classes).Select(number => $"{number}")]), [3, 0, 9, 7],
            store);
    }

    private static (PruningMask Mask, TrainingHistory History) PruneAndTrain(
        TorchNetwork network, ImageDataset dataset, PixelNormalization normalization, double sparsity)
    {
        const int BatchSize = Images / 2;
        using var batches = new BatchTensors(dataset.Shape, normalization, Images);
        PruningScores scores = ConnectionSensitivity.Score(network, [batches.Fill(ExampleSet.All(dataset).Take(0, Images))]);
        var mask = PruningMask.Select(scores, sparsity);
        var settings = new TrainingSettings(
            Epochs: 1, BatchSize, TrainingOptimizer.Sgd, LearningRate: 0.01, LearningRateSchedule.Constant, Momentum: 0.9,
            WeightDecay: 5e-4, DropFraction: 0, MaskUpdateInterval: 1, Augmentation: null);
        return (mask, TorchTraining.Run(network, mask, settings, ExampleSet.All(dataset), seed: 3, normalization: normalization).History);
    }

    private static float[] Evaluate(TorchNetwork network, float[] images)
    {
        using IDisposable noGradients = no_grad();
        ImageShape shape = network.Definition.InputShape;
        return network.forward(tensor(images, [Images, shape.Channels, shape.Height, shape.Width])).data<float>().ToArray();
    }

    private static float[] Predict(SparseNetwork network, float[] images)
    {
        var logits = new float[Images * Classes];
        new SparseExecutor(network, softmax: false).Predict(images, Images, logits);
        return logits;
    }
}
