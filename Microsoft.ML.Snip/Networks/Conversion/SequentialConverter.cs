using Microsoft.ML.Snip.Networks.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Networks.Conversion;

/// <summary>
/// Converts a <see cref="Sequential"/> to a <see cref="NetworkDefinition"/>: each module to a layer, one after the other.
/// </summary>
internal static class SequentialConverter
{
    /// <exception cref="ArgumentException">
    /// Modules cannot be converted, or do not fit the output of the module before them; the message names all of them. After a module that
    /// cannot be converted the shape is not known, so the shapes of later modules are not checked.
    /// </exception>
    public static NetworkDefinition ToDefinition(Sequential sequential, ImageShape inputShape, string name)
    {
        if (sequential.GetType() != typeof(Sequential))
        {
            throw new ArgumentException(
                $"{sequential.GetType().Name} is a class derived from Sequential, whose forward method may compute something else; only a "
                + "plain Sequential can be converted.");
        }

        RequireNoHooks(sequential);
        List<SequentialEntry> entries = SequentialEntry.List(sequential);
        string? note = RemoveSoftmax(entries);
        var layers = new List<Layer>();
        var faults = new List<UnsupportedModuleException>();
        string input = NetworkDefinition.InputName;
        TensorShape? shape = TensorShape.Map(inputShape.Channels, inputShape.Height, inputShape.Width);
        foreach (SequentialEntry entry in entries)
        {
            try
            {
                RequireTrainable(entry);
                if (LayerConverter.ToLayer(entry, input, shape) is { } layer)
                {
                    layers.Add(layer);
                    shape = shape is { } known ? layer.InferShape([known]) : null;
                    input = layer.Name;
                }
            }
            catch (UnsupportedModuleException fault)
            {
                faults.Add(fault);
                shape = null;
            }
        }

        if (faults.Count > 0)
        {
            string known = faults.Exists(fault => fault.IsUnknownType)
                ? $"{Environment.NewLine}Supported modules are {LayerConverter.Known}."
                : string.Empty;
            throw new ArgumentException(string.Join(Environment.NewLine, faults.Select(fault => fault.Message)) + known);
        }

        return new NetworkDefinition(name, inputShape, layers) { Notes = note is null ? [] : [note] };
    }

    /// <summary>
    /// Removes a softmax, or its logarithm, at the end: the library's networks end with the logits, whose softmax is the score column, and
    /// softmax(log(softmax(x))) is softmax(x).
    /// </summary>
    /// <returns>A note for the log; null if nothing was removed.</returns>
    private static string? RemoveSoftmax(List<SequentialEntry> entries)
    {
        if (entries is not [.., { Module: Softmax { dim: 1 or -1 } or LogSoftmax { dim: 1 or -1 } } last])
        {
            return null;
        }

        entries.RemoveAt(entries.Count - 1);
        return $"Module '{last.Path}' ({last.Module.GetType().Name}) at the end is removed: training takes the logits, and scores are "
            + "their softmax.";
    }

    private static void RequireNoHooks(Sequential sequential)
    {
        foreach ((string path, nn.Module module) in sequential.named_modules().Prepend((string.Empty, sequential)))
        {
            if (ForwardHooks.AreOn(module))
            {
                string which = path.Length == 0 ? "The sequential" : $"Module '{path}' ({module.GetType().Name})";
                throw new ArgumentException($"{which} has hooks, custom code that a converted network would not run.");
            }
        }
    }

    private static void RequireTrainable(SequentialEntry entry)
    {
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in entry.Module.named_parameters())
        {
            entry.Require(
                parameter.requires_grad, $"has a frozen parameter '{name}' (requires_grad is false); layers of a network cannot be frozen");
        }
    }
}
