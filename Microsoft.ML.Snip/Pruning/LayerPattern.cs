using System.Globalization;
using System.IO.Enumeration;

namespace Microsoft.ML.Snip.Pruning;

/// <summary>
/// Selects parameters by name: a pattern, in which * stands for any characters and ? for one, matches a parameter's name or its layer's
/// name.
/// </summary>
internal static class LayerPattern
{
    public static bool Fits(string pattern, string parameterName) =>
        FileSystemName.MatchesSimpleExpression(pattern, parameterName, ignoreCase: false)
        || FileSystemName.MatchesSimpleExpression(pattern, LayerOf(parameterName), ignoreCase: false);

    /// <summary>
    /// The layer of a parameter, its name up to the last dot: <c>conv1</c> for <c>conv1.weight</c>; the whole name if it has no dot.
    /// </summary>
    public static string LayerOf(string parameterName) =>
        parameterName.LastIndexOf('.') is > 0 and int dot ? parameterName[..dot] : parameterName;

    /// <exception cref="ArgumentException">A pattern matches none of the parameters; the message names it and lists the layers.</exception>
    public static void RequireFits(IEnumerable<string> patterns, IReadOnlyCollection<string> parameterNames, string option)
    {
        if (patterns.FirstOrDefault(pattern => !parameterNames.Any(name => Fits(pattern, name))) is { } unused)
        {
            throw new ArgumentException(
                $"{option}: the pattern '{unused}' matches no layer that can be pruned. The layers are "
                + $"{string.Join(", ", parameterNames.Select(LayerOf).Distinct())}; * stands for any characters, ? for one.");
        }
    }

    /// <summary>Rejects sparsities for layers that are excluded from pruning.</summary>
    /// <exception cref="ArgumentException">An entry's layers are all excluded; the message names the layer and both options.</exception>
    public static void RequireNotExcluded(
        IEnumerable<LayerSparsity> entries, IReadOnlyCollection<string> excluded, IReadOnlyCollection<string> parameterNames)
    {
        foreach (LayerSparsity entry in entries)
        {
            string[] fitting = [.. parameterNames.Where(name => Fits(entry.Pattern, name))];
            if (fitting.Length > 0 && Array.TrueForAll(fitting, name => excluded.Any(pattern => Fits(pattern, name))))
            {
                string excluding = excluded.First(pattern => Fits(pattern, fitting[0]));
                throw new ArgumentException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"LayerSparsities has '{entry.Pattern}' with a sparsity of {entry.Sparsity}, but Exclude has '{excluding}': "
                    + $"'{LayerOf(fitting[0])}' is excluded and would not be pruned. Remove it from one of the two."));
            }
        }
    }
}
