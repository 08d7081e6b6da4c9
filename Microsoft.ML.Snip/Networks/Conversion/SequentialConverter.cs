using TorchSharp.Modules;

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

    private static void RequireTrainable(SequentialEntry entry)
    {
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in entry.Module.named_parameters())
        {
            entry.Require(parameter.requires_grad, $"has a frozen parameter '{name}' (requires_grad is false); layers of a network cannot be frozen");
        }
    }
}
