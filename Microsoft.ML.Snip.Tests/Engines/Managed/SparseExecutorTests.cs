using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Vectors;
using TorchSharp;

namespace Microsoft.ML.Snip.Tests.Engines.Managed;

[TestClass]
public class SparseExecutorTests
{
    private static readonly IReadOnlyList<VectorPath> s_paths = VectorPaths.All;

    [TestMethod]
    public void AnyNetworkAndBatchGivesWhatTheFormulasSay()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            NetworkDefinition definition = RandomNetworks.Definition(random);
            SparseNetwork network = RandomNetworks.Network(definition, random);
            int count = random.Next(1, 38);
            float[] images = RandomNetworks.Numbers(count * definition.InputShape.Count, random);
            double[] expected = Expected(network, images);
            foreach (VectorPath path in s_paths)
            {
                var actual = new float[count * definition.ClassCount];
                new SparseExecutor(network, softmax: false, threads: 1 + (seed % 2), path: path).Predict(images, count, actual);
                AssertClose(expected, actual, $"seed {seed}, {path}, {count} images");
            }
        }
    }

    [TestMethod]
    public void EveryBatchSizeGivesEachImageItsOwnResult()
    {
        var random = new Random(11);
        foreach (NetworkArchitecture architecture in new[] { NetworkArchitecture.LeNet300, NetworkArchitecture.LeNet5 })
        {
            var definition = NetworkDefinition.FromArchitecture(architecture, new ImageShape(1, 28, 28), 10);
            SparseNetwork network = RandomNetworks.Network(definition, random, density: 0.03);
            float[] images = RandomNetworks.Numbers(37 * 784, random);
            double[] expected = Expected(network, images);
            foreach (VectorPath path in s_paths)
            {
                var executor = new SparseExecutor(network, softmax: false, path: path);
                for (int count = 1; count <= 37; count++)
                {
                    var actual = new float[count * 10];
                    executor.Predict(images.AsSpan(0, count * 784), count, actual);
                    AssertClose(expected.AsSpan(0, count * 10), actual, $"{architecture}, {path}, {count} images");
                }
            }
        }
    }

    /// <summary>
    /// So thin that single images go through the kernel that gathers, and an image of more numbers than 16 bits can tell apart.
    /// </summary>
    [TestMethod]
    public void SingleImagesOfThinAndWideNetworksGiveWhatTheFormulasSay()
    {
        var random = new Random(17);
        NetworkDefinition wide = NetworkDefinition.Build("wide", new ImageShape(1, 300, 300)).Flatten().Linear(5).ToDefinition();
        NetworkDefinition thin = NetworkDefinition.FromArchitecture(NetworkArchitecture.LeNet300, new ImageShape(1, 28, 28), 10);
        foreach ((NetworkDefinition definition, double density) in new[] { (thin, 0.005), (thin, 0.01), (wide, 0.0005), (wide, 0.002) })
        {
            SparseNetwork network = RandomNetworks.Network(definition, random, density);
            float[] images = RandomNetworks.Numbers(definition.InputShape.Count, random);
            double[] expected = Expected(network, images);
            foreach (VectorPath path in s_paths)
            {
                var actual = new float[definition.ClassCount];
                new SparseExecutor(network, softmax: false, path: path).Predict(images, 1, actual);
                AssertClose(expected, actual, $"{definition.Name}, density {density}, {path}");
            }
        }
    }

    /// <summary>
    /// Maps of so many tiles that what each copies is not kept, and so large that images side by side would not fit into memory.
    /// </summary>
    [TestMethod]
    public void ImagesOfAnySizeGiveWhatTheFormulasSay()
    {
        var random = new Random(23);
        NetworkDefinition tall = NetworkDefinition.Build("tall", new ImageShape(1, 180_000, 2))
            .Conv2d(1, 3, padding: 1)
            .GlobalAveragePool()
            .Linear(3)
            .ToDefinition();
        NetworkDefinition strided = NetworkDefinition.Build("strided", new ImageShape(1, 90_000, 4))
            .Conv2d(1, 5, stride: 2, padding: 2)
            .GlobalAveragePool()
            .Linear(3)
            .ToDefinition();
        foreach (NetworkDefinition definition in new[] { tall, strided })
        {
            SparseNetwork network = RandomNetworks.Network(definition, random, density: 1);
            float[] images = RandomNetworks.Numbers(2 * definition.InputShape.Count, random);
            var actual = new float[2 * definition.ClassCount];
            new SparseExecutor(network, softmax: false).Predict(images, 2, actual);
            AssertClose(Expected(network, images), actual, definition.Name);
        }

        NetworkDefinition huge = NetworkDefinition.Build("huge", new ImageShape(1, 4500, 4500))
            .MaxPool(4500)
            .Flatten()
            .Linear(2)
            .ToDefinition();
        var pixels = new float[2 * huge.InputShape.Count];
        (pixels[17], pixels[^17]) = (1, 2);
        SparseNetwork pooled = RandomNetworks.Network(huge, random, density: 1);
        var scores = new float[2 * 2];
        new SparseExecutor(pooled, softmax: false).Predict(pixels, 2, scores);
        float[] weight = pooled.Weights["fc1.weight"].Value, bias = pooled.Vectors["fc1.bias"];
        AssertClose([weight[0] + bias[0], weight[1] + bias[1], (2 * weight[0]) + bias[0], (2 * weight[1]) + bias[1]], scores, "huge");
    }

    [TestMethod]
    public void AgreesWithTorchSharp()
    {
        torch.set_num_threads(1);
        for (int seed = 100; seed < 115; seed++)
        {
            var random = new Random(seed);
            NetworkDefinition definition = RandomNetworks.Definition(random);
            SparseNetwork network = RandomNetworks.Network(definition, random);
            const int Count = 5;
            float[] images = RandomNetworks.Numbers(Count * definition.InputShape.Count, random);
            var actual = new float[Count * definition.ClassCount];
            new SparseExecutor(network, softmax: false).Predict(images, Count, actual);
            AssertClose(TorchReference.Predict(network, images, Count), actual, $"seed {seed}");
        }
    }

    [TestMethod]
    public void SoftmaxGivesProbabilities()
    {
        var random = new Random(5);
        NetworkDefinition definition = NetworkDefinition.Build("net", new ImageShape(1, 6, 6)).Flatten().Linear(7).ToDefinition();
        SparseNetwork network = RandomNetworks.Network(definition, random);
        float[] images = RandomNetworks.Numbers(19 * 36, random);
        images.AsSpan(0, 36).Fill(1000);
        foreach (VectorPath path in s_paths)
        {
            float[] logits = new float[19 * 7], probabilities = new float[19 * 7];
            new SparseExecutor(network, softmax: false, path: path).Predict(images, 19, logits);
            new SparseExecutor(network, path: path).Predict(images, 19, probabilities);
            for (int example = 0; example < 19; example++)
            {
                double[] powers = [.. logits.AsSpan(example * 7, 7).ToArray()
                .Select(logit => Math.Exp(logit - logits.AsSpan(example * 7, 7).ToArray().Max()))];
                double[] expected = [.. powers.Select(power => power / powers.Sum())];
                AssertClose(expected, probabilities.AsSpan(example * 7, 7), $"{path}, image {example}");
            }
        }
    }

    [TestMethod]
    public void ThreadsShareOneExecutor()
    {
        var random = new Random(3);
        var definition = NetworkDefinition.FromArchitecture(NetworkArchitecture.LeNet5, new ImageShape(1, 28, 28), 10);
        SparseNetwork network = RandomNetworks.Network(definition, random, density: 0.2);
        float[] images = RandomNetworks.Numbers(70 * 784, random);
        double[] expected = Expected(network, images);
        var executor = new SparseExecutor(network, softmax: false, threads: 3);
        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 6 }, call =>
        {
            int count = 1 + (call * 7 % 70);
            var actual = new float[count * 10];
            executor.Predict(images.AsSpan(0, count * 784), count, actual);
            AssertClose(expected.AsSpan(0, count * 10), actual, $"call {call}");
        });
    }

    [TestMethod]
    [DataRow(NetworkArchitecture.LeNet300)]
    [DataRow(NetworkArchitecture.LeNet5)]
    public void AllocatesNothingAfterWarmUp(NetworkArchitecture architecture)
    {
        var random = new Random(3);
        var definition = NetworkDefinition.FromArchitecture(architecture, new ImageShape(1, 28, 28), 10);
        var executor = new SparseExecutor(RandomNetworks.Network(definition, random, density: 0.05));
        float[] images = RandomNetworks.Numbers(40 * 784, random), output = new float[40 * 10];
        int[] counts = [1, 16, 40];
        void PredictAll()
        {
            foreach (int count in counts)
            {
                executor.Predict(images.AsSpan(0, count * 784), count, output.AsSpan(0, count * 10));
            }
        }

        PredictAll();
        Assert.AreEqual(0, Allocations.Of(PredictAll));
    }

    [TestMethod]
    public void ResultsAreTheSameFromRunToRunAndThreadToThread()
    {
        var random = new Random(9);
        var definition = NetworkDefinition.FromArchitecture(NetworkArchitecture.LeNet5, new ImageShape(1, 28, 28), 10);
        SparseNetwork network = RandomNetworks.Network(definition, random, density: 0.3);
        float[] images = RandomNetworks.Numbers(33 * 784, random), first = new float[330], second = new float[330];
        new SparseExecutor(network).Predict(images, 33, first);
        new SparseExecutor(network, threads: 4).Predict(images, 33, second);
        AssertClose(Array.ConvertAll(first, value => (double)value), second, "threads");
        new SparseExecutor(network).Predict(images, 33, second);
        CollectionAssert.AreEqual(first, second);
    }

    [TestMethod]
    public void WrongLengthsAreRefused()
    {
        NetworkDefinition definition = NetworkDefinition.Build("net", new ImageShape(1, 2, 2)).Flatten().Linear(2).ToDefinition();
        var executor = new SparseExecutor(RandomNetworks.Network(definition, new Random(1)));
        Assert.Throws<ArgumentException>(() => executor.Predict(new float[7], 2, new float[4]));
        Assert.Throws<ArgumentException>(() => executor.Predict(new float[8], 2, new float[3]));
        executor.Predict([], 0, []);
    }

    private static double[] Expected(SparseNetwork network, float[] images) =>
        [.. images.Chunk(network.Definition.InputShape.Count).SelectMany(image => ReferenceNetwork.Predict(network, image))];

    private static void AssertClose(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, string what)
    {
        double scale = 1e-2;
        foreach (double value in expected)
        {
            scale = Math.Max(scale, Math.Abs(value));
        }

        for (int i = 0; i < expected.Length; i++)
        {
            Assert.IsTrue(Math.Abs(expected[i] - actual[i]) <= 1e-4 * scale, $"{what}: number {i} is {actual[i]}, not {expected[i]}.");
        }
    }
}
