using Microsoft.ML.Snip.Engines.Torch.Modules;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Benchmarks.Setup;

/// <summary>One network at one sparsity.</summary>
internal sealed record Case(NetworkArchitecture Architecture, double Sparsity, int[] Batches)
{
    public static Case[] All { get; } =
    [
        new(NetworkArchitecture.LeNet300, 0.95, [1, 256]),
        new(NetworkArchitecture.LeNet300, 0.98, [1, 256]),
        new(NetworkArchitecture.LeNet300, 0.99, [1, 256]),
        new(NetworkArchitecture.LeNet5, 0.98, [1, 64]),
        new(NetworkArchitecture.LeNet5, 0.99, [1, 64]),
        new(NetworkArchitecture.LstmS, 0.95, [1, 64]),
        new(NetworkArchitecture.GruS, 0.95, [1, 64]),
        new(NetworkArchitecture.AlexNetS, 0.9, [1, 64]),
        new(NetworkArchitecture.ResNet20, 0.95, [1, 64]),
        new(NetworkArchitecture.MobileNetV2S, 0.9, [1, 64]),
        new(NetworkArchitecture.VggLike, 0.95, [1, 64]),
        new(NetworkArchitecture.Wrn16x8, 0.95, [1, 16]),
    ];

    /// <summary>Images as in the paper: of MNIST's size for the small networks, of CIFAR-10's for the others.</summary>
    public ImageShape Shape =>
        Architecture is NetworkArchitecture.LeNet300 or NetworkArchitecture.LeNet5 or NetworkArchitecture.LstmS or NetworkArchitecture.GruS
        ? new ImageShape(1, 28, 28)
        : new ImageShape(3, 32, 32);

    public string Name => $"{Architecture} {100 * Sparsity:0.#} %";
}

/// <summary>Networks pruned before training, with fresh weights; speed depends on the mask and not on the weights' values.</summary>
internal static class PrunedNetworks
{
    public static SparseNetwork Make(Case @case, ImageSet imageSet)
    {
        ImageShape shape = @case.Shape;
        var definition = NetworkDefinition.FromArchitecture(@case.Architecture, shape, 10);
        Dictionary<string, float[]> values = WeightInitializer.Draw(definition, new Random(1), @case.Sparsity);
        int count = shape.Channels == 3 ? 16 : 128;
        using var module = new TorchNetwork(definition);
        using Tensor images = tensor(imageSet.Load(count, shape), [count, shape.Channels, shape.Height, shape.Width]);
        using Tensor labels = tensor(imageSet.Labels(count));
        module.LoadParameters(values);
        var selected = PruningMask.Select(ConnectionSensitivity.Score(module, images, labels), @case.Sparsity);
        Dictionary<string, bool[]> kept = selected.Parameters.ToDictionary(
            parameter => parameter.Name, parameter => selected.KeptOf(parameter.Name).ToArray());
        foreach ((string name, bool[] mask) in kept)
        {
            for (int i = 0; i < mask.Length; i++)
            {
                values[name][i] = mask[i] ? values[name][i] : 0;
            }
        }

        module.LoadParameters(values);
        LearnStatistics(module, images, values);
        NetworkDefinition folded = NormFolding.Fold(definition, values);
        var weights = new Dictionary<string, SparseMatrix>();
        var vectors = new Dictionary<string, float[]>();
        foreach (NetworkParameter parameter in folded.Parameters)
        {
            if (parameter.Role == ParameterRole.Weight)
            {
                weights[parameter.Name] = SparseMatrix.FromDense(
                    values[parameter.Name], kept[parameter.Name], parameter.Shape[0], (int)parameter.FanIn);
            }
            else
            {
                vectors[parameter.Name] = values[parameter.Name];
            }
        }

        return new SparseNetwork(folded, weights, vectors);
    }

    /// <summary>Running statistics of the batch norms, so that activations neither vanish nor explode.</summary>
    private static void LearnStatistics(TorchNetwork module, Tensor images, Dictionary<string, float[]> values)
    {
        Dictionary<string, Tensor> tensors = module.NamedTensors();
        NetworkParameter[] statistics = [.. module.Definition.Parameters.Where(
            parameter => parameter.Role is ParameterRole.RunningMean or ParameterRole.RunningVariance)];
        if (statistics.Length == 0)
        {
            return;
        }

        using IDisposable scope = no_grad();
        module.train();
        for (int pass = 0; pass < 12; pass++)
        {
            module.forward(images).Dispose();
        }

        module.eval();
        foreach (NetworkParameter parameter in statistics)
        {
            values[parameter.Name] = tensors[parameter.Name].data<float>().ToArray();
        }
    }
}
