using System.Collections.Concurrent;
using Microsoft.ML.Snip.Engines.Torch.UserModules;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip;

/// <summary>
/// TorchSharp modules of one's own, by name. A model of such a module is stored as its weights and its name; the program that loads it
/// registers the module under this name first, because no type is ever created from what a file says.
/// </summary>
public static class SnipModules
{
    private static readonly ConcurrentDictionary<string, ModuleFactory> Factories = new(StringComparer.Ordinal);

    /// <summary>
    /// Says what a name stands for in this program. A name that is registered again stands for the new factory from then on.
    /// </summary>
    /// <param name="name">
    /// 1 to 100 letters, digits, '_', '-' and '.'; <c>PrunedImageClassificationTrainer.Options.ModuleName</c> of the fit.
    /// </param>
    /// <param name="factory">
    /// Makes the module from the images' shape and the number of classes: takes [batch, channels, height, width], gives logits [batch,
    /// classes]. The same shape and number must give parameters and buffers of the same names and shapes.
    /// </param>
    /// <exception cref="ArgumentException">The name is not of this form.</exception>
    public static void Register(string name, ModuleFactory factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        if (!RegisteredModule.IsName(name))
        {
            throw new ArgumentException(
                $"'{name}' is no name for a module: it takes 1 to 100 letters, digits, '_', '-' and '.'.", nameof(name));
        }

        Factories[name] = factory;
        ModuleRegistry.Add(name, network => new ModuleExecutor(factory, network));
    }

    /// <summary>The factory registered under a name, or null.</summary>
    internal static ModuleFactory? Find(string name) => Factories.GetValueOrDefault(name);
}
