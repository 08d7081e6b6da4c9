using System.Collections.Immutable;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Pruning.Criteria;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.UserModules;

/// <summary>Describes a custom module by running one black image through it.</summary>
internal static class ModuleProbe
{
    /// <summary>Describes the module as a network of one layer.</summary>
    /// <param name="module">The module; left in training mode.</param>
    /// <param name="name">The name under which the module is, or will be, registered.</param>
    /// <param name="inputShape">The shape of the images.</param>
    /// <param name="classCount">The number of classes.</param>
    /// <exception cref="ArgumentException">
    /// The module does not take such images or does not return such logits, or its state cannot be stored.
    /// </exception>
    public static NetworkDefinition Describe(nn.Module<Tensor, Tensor> module, string name, ImageShape inputShape, int classCount)
    {
        if (ModuleState.FindMistake(module) is { } mistake)
        {
            throw new ArgumentException($"The module '{name}' cannot be stored: {mistake}.");
        }

        if (UnregisteredParts.FindMistake(module) is { } unregistered)
        {
            throw new ArgumentException($"The module '{name}' {unregistered}");
        }

        if (!module.parameters().Any())
        {
            throw new ArgumentException($"The module '{name}' has no parameters, so there is nothing to train.");
        }

        Dictionary<IntPtr, long> uses = Run(module, name, inputShape, classCount);
        HashSet<string> parameters = [.. module.named_parameters().Select(entry => entry.name)];
        ImmutableArray<ModuleTensor> tensors = [.. module.state_dict().Select(entry => new ModuleTensor(
            entry.Key,
            IsWeight: parameters.Contains(entry.Key) && entry.Value.dim() >= 2,
            [.. entry.Value.shape.Select(size => checked((int)size))],
            uses.GetValueOrDefault(entry.Value.Handle, 1)))];
        return new NetworkDefinition(
            name, inputShape, [new RegisteredModule("module", NetworkDefinition.InputName, name, classCount, tensors)]);
    }

    /// <summary>
    /// How often each parameter is used for one image: the number of output positions of its module, such as the pixels of a convolution's
    /// map. It is known only for modules that take and return one tensor and are run by their call method, not directly by forward.
    /// </summary>
    private static Dictionary<IntPtr, long> Run(nn.Module<Tensor, Tensor> module, string name, ImageShape inputShape, int classCount)
    {
        var uses = new Dictionary<IntPtr, long>();
        var hooks = ModuleTree.Flatten(module).OfType<nn.Module<Tensor, Tensor>>().Where(part => !part.children().Any())
            .Select(part => part.register_forward_hook((_, _, output) => Count(part, output, uses))).ToList();
        try
        {
            module.eval();
            using DisposeScope scope = NewDisposeScope();
            using IDisposable noGradients = no_grad();
            Tensor logits = Forward(module, name, zeros(1, inputShape.Channels, inputShape.Height, inputShape.Width));
            if (!logits.shape.SequenceEqual([1, classCount]))
            {
                throw new ArgumentException(
                    $"The module '{name}' returns [{string.Join(", ", logits.shape)}] for one image of {inputShape}; expected logits for "
                    + $"{classCount} classes, [1, {classCount}].");
            }
        }
        finally
        {
            hooks.ForEach(hook => hook.remove());
            module.train();
        }

        return uses;
    }

    private static Tensor Forward(nn.Module<Tensor, Tensor> module, string name, Tensor image)
    {
        try
        {
            return module.call(image);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new ArgumentException(
                $"The module '{name}' cannot take an image [{string.Join(", ", image.shape)}]: {FirstLine(exception.Message)}", exception);
        }
    }

    /// <summary>The first line of a libtorch error; the other lines are its stack trace.</summary>
    private static string FirstLine(string message) => message.TrimStart().Split('\n')[0].TrimEnd();

    private static Tensor Count(nn.Module module, Tensor output, Dictionary<IntPtr, long> uses)
    {
        IEnumerable<TorchSharp.Modules.Parameter> weights =
            module.parameters(recurse: false).Where(parameter => parameter.dim() >= 2 && parameter.shape[0] > 0);
        foreach (TorchSharp.Modules.Parameter parameter in weights)
        {
            uses[parameter.Handle] = uses.GetValueOrDefault(parameter.Handle) + Math.Max(1, output.numel() / parameter.shape[0]);
        }

        return output;
    }
}
