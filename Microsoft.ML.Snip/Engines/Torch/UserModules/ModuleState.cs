using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.UserModules;

/// <summary>The state of a module that is stored in a model: its parameters and persistent buffers.</summary>
internal static class ModuleState
{
    /// <summary>Copies the stored values to a new module's parameters and buffers; pruned weights are 0.</summary>
    /// <exception cref="InvalidOperationException">The parameters of the module and the model differ; the message names one.</exception>
    public static void Load(nn.Module module, SparseNetwork network)
    {
        Dictionary<string, Tensor> state = module.state_dict();
        using IDisposable noGradients = no_grad();
        foreach (NetworkParameter parameter in network.Definition.Parameters)
        {
            if (!state.Remove(parameter.Name, out Tensor? target) || !target.shape.SequenceEqual(ShapeOf(parameter)))
            {
                string found = target is null ? "is missing" : Text(target.shape);
                throw Mismatch(network, $"the model's '{parameter.Name}' is {Text(ShapeOf(parameter))}, the module's {found}");
            }

            float[] values = parameter.Role == ParameterRole.Weight
                ? network.Weights[parameter.Name].ToDense()
                : network.Vectors[parameter.Name];
            using Tensor source = tensor(values, ShapeOf(parameter));
            target.copy_(source);
        }

        if (state.Count > 0)
        {
            throw Mismatch(network, $"the module has '{state.Keys.First()}', which the model does not have");
        }
    }

    /// <summary>The reason why a module's state cannot be stored as finite values in single precision; null if it can.</summary>
    public static string? FindMistake(nn.Module module)
    {
        foreach ((string name, Tensor tensor) in module.state_dict())
        {
            using var scope = NewDisposeScope();
            if (tensor.is_floating_point() && !tensor.isfinite().all().item<bool>())
            {
                return $"its '{name}' has values that are not finite; in a mask, use a large value such as -1e9, or exclude it from the "
                    + "state (persistent: false)";
            }

            Tensor back = tensor.detach().to(float32).to(tensor.dtype);
            if (tensor.is_floating_point() ? tensor.dtype != float32 : !back.eq(tensor).all().item<bool>())
            {
                return $"its '{name}' is {tensor.dtype}; it must be Float32, or an integer buffer with values that Float32 can represent";
            }
        }

        return null;
    }

    private static long[] ShapeOf(NetworkParameter parameter) => [.. parameter.Shape.Select(size => (long)size)];

    private static string Text(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    private static InvalidOperationException Mismatch(SparseNetwork network, string difference) => new(
        $"The module registered as '{network.Definition.Module!.RegisteredName}' is not the one that the model was trained with: "
        + $"{difference}. Register the factory that the model was trained with.");
}
