using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Networks.Conversion;

/// <summary>One module of a <see cref="Sequential"/>; nested Sequentials are flattened.</summary>
/// <param name="Index">The module's index in the order of execution, from 0.</param>
/// <param name="Path">The module's path in TorchSharp, with dots: <c>features.0</c>.</param>
/// <param name="LayerName">The name of its layer: the path with '_' instead of characters that a layer's name cannot have.</param>
/// <param name="Module">The module.</param>
internal sealed record SequentialEntry(int Index, string Path, string LayerName, nn.Module Module)
{
    private const int LongestName = 100;

    /// <summary>The module in messages.</summary>
    public string Description => $"Module '{Path}' ({Module.GetType().Name}, index {Index})";

    /// <summary>All modules of a Sequential except the Sequentials themselves, in the order of execution.</summary>
    /// <exception cref="ArgumentException">A module occurs twice, or a Sequential has modules without names.</exception>
    public static List<SequentialEntry> List(Sequential sequential)
    {
        var entries = new List<SequentialEntry>();
        AddModulesOf(
            sequential, prefix: string.Empty, entries, new HashSet<string>(StringComparer.Ordinal) { NetworkDefinition.InputName });
        var seen = new HashSet<nn.Module>(ReferenceEqualityComparer.Instance);
        foreach (SequentialEntry entry in entries)
        {
            entry.Require(
                seen.Add(entry.Module) || !entry.Module.parameters().Any(),
                "is in the sequential more than once; layers of a network do not share weights");
        }

        return entries;
    }

    /// <summary>Throws an exception that names the module if the condition is false.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="fault">What is wrong with the module, as the end of a sentence about it.</param>
    public void Require(bool condition, string fault)
    {
        if (!condition)
        {
            throw new UnsupportedModuleException($"{Description} {fault}.");
        }
    }

    private static void AddModulesOf(Sequential sequential, string prefix, List<SequentialEntry> entries, HashSet<string> taken)
    {
        (string Name, nn.Module Module)[] children = [.. sequential.named_children()];
        if (children.Length != sequential.Count)
        {
            throw new ArgumentException(
                $"The sequential '{prefix.TrimEnd('.')}' has {sequential.Count} modules but names for only {children.Length}; only named "
                + "modules can be converted.");
        }

        foreach ((string name, nn.Module module) in children)
        {
            // A class derived from Sequential may compute something else.
            if (module.GetType() == typeof(Sequential))
            {
                AddModulesOf((Sequential)module, $"{prefix}{name}.", entries, taken);
            }
            else
            {
                entries.Add(new SequentialEntry(entries.Count, prefix + name, ToLayerName(prefix + name, taken), module));
            }
        }
    }

    private static string ToLayerName(string path, HashSet<string> taken)
    {
        string name = string.Concat(path.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '_'));
        name = name.Length > LongestName ? name[^LongestName..] : name;
        string unique = name;
        for (int number = 2; !taken.Add(unique); number++)
        {
            string suffix = $"_{number}";
            unique = name[..Math.Min(name.Length, LongestName - suffix.Length)] + suffix;
        }

        return unique;
    }
}
