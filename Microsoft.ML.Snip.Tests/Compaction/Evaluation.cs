using Microsoft.ML.Snip.Engines.Torch.Modules;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Tests.Networks;
using TorchSharp;

namespace Microsoft.ML.Snip.Tests.Compaction;

/// <summary>Compares networks by what TorchSharp computes with them.</summary>
internal static class Evaluation
{
    /// <summary>The logits of random images, one row an image.</summary>
    public static float[] Logits(SparseNetwork network, int images, Random random)
    {
        ImageShape shape = network.Definition.InputShape;
        using var module = new TorchNetwork(network.Definition);
        module.eval();
        using IDisposable noGradients = torch.no_grad();
        Dictionary<string, torch.Tensor> tensors = module.NamedTensors();
        foreach (NetworkParameter parameter in network.Definition.Parameters)
        {
            float[] values = parameter.Role == ParameterRole.Weight
                ? network.Weights[parameter.Name].ToDense()
                : network.Vectors[parameter.Name];
            using torch.Tensor tensor = torch.tensor(values, [.. parameter.Shape.Select(size => (long)size)]);
            tensors[parameter.Name].copy_(tensor);
        }

        float[] pixels = [.. Enumerable.Range(0, images * shape.Count).Select(_ => RandomNetwork.Normal(random))];
        using torch.Tensor input = torch.tensor(pixels, [images, shape.Channels, shape.Height, shape.Width]);
        using torch.Tensor logits = module.forward(input);
        return logits.data<float>().ToArray();
    }

    /// <summary>Fails if logits of the same random images differ by more than rounding.</summary>
    public static void AssertSameFunction(SparseNetwork expected, SparseNetwork actual, int seed)
    {
        const int Images = 3;
        float[] one = Logits(expected, Images, new Random(seed)), other = Logits(actual, Images, new Random(seed));
        double largest = one.Max(Math.Abs);
        for (int index = 0; index < one.Length; index++)
        {
            Assert.AreEqual(one[index], other[index], 1e-4 * Math.Max(1, largest), $"logit {index}");
        }
    }
}
