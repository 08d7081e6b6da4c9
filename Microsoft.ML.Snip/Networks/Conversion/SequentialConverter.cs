using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Networks.Conversion;

/// <summary>A <see cref="Sequential"/> as a <see cref="NetworkDefinition"/>: each module a layer, one after the other.</summary>
internal static class SequentialConverter
{
    /// <exception cref="ArgumentException">A module cannot be converted, or does not fit the one before it; the message names it.</exception>
    public static NetworkDefinition ToDefinition(Sequential sequential, ImageShape inputShape, string name)
    {
        if (sequential.GetType() != typeof(Sequential))
        {
            throw new ArgumentException($"{sequential.GetType().Name} is a class of its own, whose forward method may do anything; only a plain Sequential can be converted.");
        }

        RequireNoHooks(sequential);
        var layers = new List<Layer>();
        string input = NetworkDefinition.InputName;
        var shape = TensorShape.Map(inputShape.Channels, inputShape.Height, inputShape.Width);
        foreach (SequentialEntry entry in SequentialEntry.List(sequential))
        {
            RequireTrainable(entry);
            if (LayerConverter.ToLayer(entry, input, shape) is { } layer)
            {
                layers.Add(layer);
                shape = layer.InferShape([shape]);
                input = layer.Name;
            }
        }

        return new NetworkDefinition(name, inputShape, layers);
    }

    private static void RequireNoHooks(Sequential sequential)
    {
        foreach ((string path, nn.Module module) in sequential.named_modules().Prepend((string.Empty, sequential)))
        {
            if (ForwardHooks.AreOn(module))
            {
                string which = path.Length == 0 ? "The sequential" : $"Module '{path}' ({module.GetType().Name})";
                throw new ArgumentException($"{which} has hooks, code of one's own that layers of a network would not run.");
            }
        }
    }

    private static void RequireTrainable(SequentialEntry entry)
    {
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in entry.Module.named_parameters())
        {
            entry.Require(parameter.requires_grad, $"has a frozen parameter '{name}' (requires_grad is false); layers of a network cannot be frozen");
        }
    }
}
