using Microsoft.ML.Snip.Benchmarks.Setup;
using Microsoft.ML.Snip.Engines.Torch.Modules;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Benchmarks.Training;

/// <summary>One network to train at one sparsity.</summary>
/// <param name="Architecture">The network.</param>
/// <param name="Sparsity">The fraction of pruned connections.</param>
/// <param name="EpochImages">The number of images of an epoch: those of Fashion-MNIST, or of CIFAR-10.</param>
internal sealed record TrainingCase(NetworkArchitecture Architecture, double Sparsity, int EpochImages)
{
    public const int BatchSize = 100;

    /// <summary>The images in memory: enough that a batch is not in a cache, for small networks.</summary>
    private const int ImageCount = 20 * BatchSize;

    public static TrainingCase[] All { get; } =
    [
        new(NetworkArchitecture.LeNet300, 0.9, 60_000),
        new(NetworkArchitecture.LeNet300, 0.95, 60_000),
        new(NetworkArchitecture.LeNet300, 0.98, 60_000),
        new(NetworkArchitecture.LeNet300, 0.99, 60_000),
        new(NetworkArchitecture.LeNet5, 0.95, 60_000),
        new(NetworkArchitecture.LeNet5, 0.98, 60_000),
        new(NetworkArchitecture.LeNet5, 0.99, 60_000),
        new(NetworkArchitecture.LstmS, 0.95, 60_000),
        new(NetworkArchitecture.GruS, 0.95, 60_000),
        new(NetworkArchitecture.SmallCnn, 0.95, 60_000),
        new(NetworkArchitecture.ResNet20, 0.95, 50_000),
        new(NetworkArchitecture.VggLike, 0.95, 50_000),
        new(NetworkArchitecture.Wrn16x8, 0.95, 50_000),
    ];

    public string Name => $"{Architecture} {100 * Sparsity:0.#} %";

    public ImageShape Shape => EpochImages == 60_000 ? new ImageShape(1, 28, 28) : new ImageShape(3, 32, 32);

    public NetworkDefinition Definition => NetworkDefinition.FromArchitecture(Architecture, Shape, 10);

    public TrainingSettings Settings
    {
        get
        {
            var recipe = TrainingRecipe.For(Definition, Sparsity);
            return new TrainingSettings(
                1, BatchSize, recipe.Optimizer, recipe.LearningRate, LearningRateSchedule.Constant, Momentum: 0.9, recipe.WeightDecay,
                DropFraction: 0, MaskUpdateInterval: 1, Augmentation: null);
        }
    }

    /// <summary>Real images as bytes, scaled to the network's size.</summary>
    public ExampleSet LoadImages(ImageSet images)
    {
        byte[] raw = images.LoadRaw(ImageCount, Shape);
        var pixels = new BytePixelStore(Shape);
        foreach (byte[] image in raw.Chunk(Shape.Count))
        {
            pixels.Add(Array.ConvertAll(image, value => (float)value));
        }

        string[] names = [.. Enumerable.Range(0, 10).Select(index => $"class {index}")];
        return ExampleSet.All(new ImageDataset(
            Shape, new ClassLabels(ClassValueKind.Text, [.. names]), Array.ConvertAll(images.Labels(ImageCount), label => (int)label),
            pixels));
    }

    /// <summary>The initial weights and the mask that a fit would choose.</summary>
    public (SparseNetwork Network, PruningMask Mask) Prune(ImageSet images)
    {
        int count = Shape.Channels == 3 ? 16 : 128;
        using TorchSharp.DisposeScope scope = TorchSharp.torch.NewDisposeScope();
        using var module = new TorchNetwork(Definition);
        module.LoadParameters(WeightInitializer.Draw(Definition, new Random(1), Sparsity));
        TorchSharp.torch.Tensor batch = TorchSharp.torch.tensor(
            images.Load(count, Shape), [count, Shape.Channels, Shape.Height, Shape.Width]);
        var mask = PruningMask.Select(
            ConnectionSensitivity.Score(module, batch, TorchSharp.torch.tensor(images.Labels(count))), Sparsity);
        return (TrainedNetwork.ToSparse(Definition, module.state_dict(), mask), mask);
    }
}
