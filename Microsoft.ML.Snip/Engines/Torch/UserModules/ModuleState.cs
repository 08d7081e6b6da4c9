using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.UserModules;

/// <summary>What a module stores: its parameters and persistent buffers.</summary>
internal static class ModuleState
{
    /// <summary>Puts the stored numbers in a new module's parameters and buffers; cut weights are 0.</summary>
    /// <exception cref="InvalidOperationException">The module has other parameters than the model; the message names one.</exception>
    public static void Load(nn.Module module, SparseNetwork network)
    {
        Dictionary<string, Tensor> state = module.state_dict();
        using IDisposable noGradients = no_grad();
        foreach (NetworkParameter parameter in network.Definition.Parameters)
        {
            if (!state.Remove(parameter.Name, out Tensor? target) || !target.shape.SequenceEqual(ShapeOf(parameter)))
            {
                throw Mismatch(network, $"the model's '{parameter.Name}' is {Text(ShapeOf(parameter))}, the module's {(target is null ? "is missing" : Text(target.shape))}");
            }

            float[] values = parameter.Role == ParameterRole.Weight
                ? network.Weights[parameter.Name].ToDense()
                : network.Vectors[parameter.Name];
            using Tensor source = tensor(values, ShapeOf(parameter));
            target.copy_(source);
        }

        if (state.Count > 0)
        {
            throw Mismatch(network, $"the module has '{state.Keys.First()}', which the model lacks");
        }
    }

    /// <summary>
    /// What is wrong with a module whose state is to be stored as finite numbers of single precision; null if nothing is.
    /// </summary>
    public static string? FindMistake(nn.Module module)
    {
        foreach ((string name, Tensor tensor) in module.state_dict())
        {
            using var scope = NewDisposeScope();
            if (tensor.is_floating_point() && !tensor.isfinite().all().item<bool>())
            {
                return $"its '{name}' has numbers that are not finite; in a mask, take a large one such as -1e9, or keep it out of the state (persistent: false)";
            }

            Tensor back = tensor.detach().to(float32).to(tensor.dtype);
            if (tensor.is_floating_point() ? tensor.dtype != float32 : !back.eq(tensor).all().item<bool>())
            {
                return $"its '{name}' is {tensor.dtype}; parameters are Float32, and other buffers whole numbers that Float32 can hold";
            }
        }

        return null;
    }

    private static long[] ShapeOf(NetworkParameter parameter) => [.. parameter.Shape.Select(size => (long)size)];

    private static string Text(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    private static InvalidOperationException Mismatch(SparseNetwork network, string difference) => new(
        $"The module registered as '{network.Definition.Module!.RegisteredName}' is not the one that the model was trained with: {difference}. Register the factory that it was trained with.");
}
