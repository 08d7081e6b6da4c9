using Microsoft.ML.Snip.Engines.Torch.Modules;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Engines.Managed;

/// <summary>Evaluates a network with TorchSharp, as trained networks are.</summary>
internal static class TorchReference
{
    public static double[] Predict(SparseNetwork network, float[] images, int count)
    {
        using IDisposable scope = no_grad();
        using TorchNetwork module = new(network.Definition);
        Dictionary<string, Tensor> tensors = module.NamedTensors();
        foreach (NetworkParameter parameter in network.Definition.Parameters)
        {
            float[] values = parameter.Role == ParameterRole.Weight
                ? network.Weights[parameter.Name].ToDense()
                : network.Vectors[parameter.Name];
            using Tensor source = tensor(values, [.. parameter.Shape.Select(size => (long)size)]);
            tensors[parameter.Name].copy_(source);
        }

        module.eval();
        ImageShape shape = network.Definition.InputShape;
        using Tensor input = tensor(images, [count, shape.Channels, shape.Height, shape.Width]);
        using Tensor output = module.forward(input);
        return Array.ConvertAll(output.data<float>().ToArray(), value => (double)value);
    }
}
