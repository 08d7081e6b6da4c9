using System.Collections.Concurrent;
using Microsoft.ML.Snip.Engines.Torch.UserModules;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip;

/// <summary>
/// The registry of custom TorchSharp modules by name. A model of such a module is stored as its weights and its name. A program must
/// register the module under this name before it loads the model: no code and no types are loaded from a model file.
/// </summary>
public static class SnipModules
{
    private static readonly ConcurrentDictionary<string, ModuleFactory> Factories = new(StringComparer.Ordinal);

    /// <summary>
    /// Registers the factory of a module under a name. If the name is already registered, the new factory replaces the old one.
    /// </summary>
    /// <param name="name">
    /// 1 to 100 letters, digits, '_', '-' and '.'; <c>PrunedImageClassificationTrainer.Options.ModuleName</c> of the fit.
    /// </param>
    /// <param name="factory">
    /// Creates the module for the images' shape and the number of classes. The module takes [batch, channels, height, width] and returns
    /// logits [batch, classes]. For the same shape and number of classes, its parameters and buffers must have the same names and shapes.
    /// </param>
    /// <exception cref="ArgumentException">The name does not have this form.</exception>
    public static void Register(string name, ModuleFactory factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        if (!RegisteredModule.IsName(name))
        {
            throw new ArgumentException(
                $"'{name}' is not a valid module name: it must have 1 to 100 letters, digits, '_', '-' and '.'.", nameof(name));
        }

        Factories[name] = factory;
        ModuleRegistry.Add(name, network => new ModuleExecutor(factory, network));
    }

    /// <summary>The factory registered under a name, or null.</summary>
    internal static ModuleFactory? Find(string name) => Factories.GetValueOrDefault(name);
}
