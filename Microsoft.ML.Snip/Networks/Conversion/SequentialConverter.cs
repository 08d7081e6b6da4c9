using Microsoft.ML.Snip.Networks.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Networks.Conversion;

/// <summary>A <see cref="Sequential"/> as a <see cref="NetworkDefinition"/>: each module a layer, one after the other.</summary>
internal static class SequentialConverter
{
    /// <exception cref="ArgumentException">
    /// Modules cannot be converted, or do not fit those before them; the message names all of them. Once one cannot be converted, the shape
    /// of its output is not known, and those after it are not checked for theirs.
    /// </exception>
    public static NetworkDefinition ToDefinition(Sequential sequential, ImageShape inputShape, string name)
    {
        if (sequential.GetType() != typeof(Sequential))
        {
            throw new ArgumentException($"{sequential.GetType().Name} is a class of its own, whose forward method may do anything; only a plain Sequential can be converted.");
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
                ? $"{Environment.NewLine}Known are {LayerConverter.Known}."
                : string.Empty;
            throw new ArgumentException(string.Join(Environment.NewLine, faults.Select(fault => fault.Message)) + known);
        }

        return new NetworkDefinition(name, inputShape, layers) { Notes = note is null ? [] : [note] };
    }

    /// <summary>
    /// Takes a softmax, or its logarithm, from the end: the library's networks end with the logits, whose softmax is the score column, and
    /// softmax(log(softmax(x))) is softmax(x).
    /// </summary>
    /// <returns>What the log should say, or null if there was none.</returns>
    private static string? RemoveSoftmax(List<SequentialEntry> entries)
    {
        if (entries is not [.., { Module: Softmax { dim: 1 or -1 } or LogSoftmax { dim: 1 or -1 } } last])
        {
            return null;
        }

        entries.RemoveAt(entries.Count - 1);
        return $"Module '{last.Path}' ({last.Module.GetType().Name}) at the end is left out: training takes the logits, and scores are their softmax.";
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
            entry.Require(
                parameter.requires_grad, $"has a frozen parameter '{name}' (requires_grad is false); layers of a network cannot be frozen");
        }
    }
}
