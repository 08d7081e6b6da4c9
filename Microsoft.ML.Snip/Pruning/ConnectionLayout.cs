using System.Collections.Immutable;

namespace Microsoft.ML.Snip.Pruning;

/// <summary>
/// How the connections of several parameters are numbered: parameter after parameter in the network's order, each row-major. This flat
/// index decides among equal scores.
/// </summary>
internal sealed class ConnectionLayout
{
    /// <summary>One parameter's scores must fit the 2 GiB that a span of bytes can have.</summary>
    private const int MaxConnections = int.MaxValue / sizeof(double);

    private readonly Dictionary<string, Range> _ranges = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">There is no parameter, a name comes twice, or there are too many connections.</exception>
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
                throw new ArgumentException($"There are more than {MaxConnections} connections, the most that can be pruned together.");
            }

            if (!_ranges.TryAdd(parameter.Name, (int)start..(int)count))
            {
                throw new ArgumentException($"Two parameters are called '{parameter.Name}'.");
            }
        }

        if (count == 0)
        {
            throw new ArgumentException("There is no connection to prune: the list of parameters is empty.");
        }

        Count = (int)count;
    }

    public ImmutableArray<PrunableParameter> Parameters { get; }

    /// <summary>All connections.</summary>
    public int Count { get; }

    /// <summary>The flat indices of a parameter's connections.</summary>
    /// <exception cref="KeyNotFoundException">No prunable parameter has this name.</exception>
    public Range RangeOf(string parameterName) => _ranges.TryGetValue(parameterName, out Range range)
        ? range
        : throw new KeyNotFoundException(
            $"No prunable parameter is called '{parameterName}'; there are "
            + $"{string.Join(", ", Parameters.Select(parameter => parameter.Name))}.");

    /// <inheritdoc cref="PrunableParameter.Shape"/>
    /// <exception cref="KeyNotFoundException">No prunable parameter has this name.</exception>
    public ImmutableArray<long> ShapeOf(string parameterName)
    {
        RangeOf(parameterName);
        return Parameters.First(parameter => parameter.Name == parameterName).Shape;
    }
}
