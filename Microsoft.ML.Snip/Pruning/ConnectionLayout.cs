using System.Collections.Immutable;

namespace Microsoft.ML.Snip.Pruning;

/// <summary>
/// The flat index of the connections of several parameters: parameter after parameter in the network's order, each row-major. It decides
/// among equal scores.
/// </summary>
internal sealed class ConnectionLayout
{
    /// <summary>One parameter's scores must fit into a span of bytes, at most 2 GiB.</summary>
    private const int MaxConnections = int.MaxValue / sizeof(double);

    private readonly Dictionary<string, Range> _ranges = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">There is no parameter, a name occurs twice, or there are too many connections.</exception>
    public ConnectionLayout(IEnumerable<PrunableParameter> parameters)
    {
        Parameters = [.. parameters];
        long count = 0;
        foreach (PrunableParameter parameter in Parameters)
        {
            long start = count;
            count += parameter.Count;
            if (count > MaxConnections)
            {
                throw new ArgumentException($"There are more than {MaxConnections} connections, the maximum that can be pruned together.");
            }

            if (!_ranges.TryAdd(parameter.Name, (int)start..(int)count))
            {
                throw new ArgumentException($"Two parameters are named '{parameter.Name}'.");
            }
        }

        if (count == 0)
        {
            throw new ArgumentException("There are no connections to prune: the list of parameters is empty.");
        }

        Count = (int)count;
    }

    public ImmutableArray<PrunableParameter> Parameters { get; }

    /// <summary>The number of all connections.</summary>
    public int Count { get; }

    /// <summary>The flat indices of a parameter's connections.</summary>
    /// <exception cref="KeyNotFoundException">No prunable parameter has this name.</exception>
    public Range RangeOf(string parameterName) => _ranges.TryGetValue(parameterName, out Range range)
        ? range
        : throw new KeyNotFoundException(
            $"No prunable parameter is named '{parameterName}'; the parameters are "
            + $"{string.Join(", ", Parameters.Select(parameter => parameter.Name))}.");

    /// <inheritdoc cref="PrunableParameter.Shape"/>
    /// <exception cref="KeyNotFoundException">No prunable parameter has this name.</exception>
    public ImmutableArray<long> ShapeOf(string parameterName)
    {
        RangeOf(parameterName);
        return Parameters.First(parameter => parameter.Name == parameterName).Shape;
    }
}
