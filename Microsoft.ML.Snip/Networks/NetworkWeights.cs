using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip;

/// <summary>
/// Initial values for parameters of a network, used by a fit instead of random values: weights, biases, batch norms and their running
/// statistics, by the names of <see cref="NetworkDefinition.Parameters"/>. Immutable.
/// </summary>
public sealed partial class NetworkWeights
{
    private readonly FrozenDictionary<string, float[]> _values;

    /// <summary>Creates weights from values.</summary>
    /// <param name="values">The values of each parameter, row-major, by its name. They are copied.</param>
    /// <exception cref="ArgumentException">A name occurs twice.</exception>
    public NetworkWeights(IEnumerable<KeyValuePair<string, float[]>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var copies = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach ((string name, float[] parameter) in values)
        {
            copies.Add(name, [.. parameter]);
        }

        _values = copies.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The model that the weights are from; null if they are not from a model.</summary>
    internal ModelOrigin? Origin { get; init; }

    /// <summary>The names of the parameters with values.</summary>
    public ImmutableArray<string> Names => [.. _values.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The values of one parameter, row-major.</summary>
    /// <param name="parameterName">One of <see cref="Names"/>.</param>
    /// <exception cref="KeyNotFoundException">There are no values for the parameter.</exception>
    public ReadOnlySpan<float> this[string parameterName] => _values[parameterName];

    /// <summary>Selects parameters by name. The others start from random values, for example a last layer for other classes.</summary>
    /// <param name="isTaken">Whether to include the parameter with this name.</param>
    public NetworkWeights Where(Func<string, bool> isTaken)
    {
        ArgumentNullException.ThrowIfNull(isTaken);
        return new NetworkWeights(_values.Where(pair => isTaken(pair.Key))) { Origin = Origin };
    }

    /// <summary>Weights with other values.</summary>
    /// <param name="change">The new values of a parameter, from its name and its values.</param>
    internal NetworkWeights Select(Func<string, float[], float[]> change) =>
        new(_values.Select(pair => KeyValuePair.Create(pair.Key, change(pair.Key, pair.Value)))) { Origin = Origin };

    /// <summary>The values, after checking that they fit the network.</summary>
    /// <exception cref="ArgumentException">The network does not have a parameter, or the parameter has another size.</exception>
    internal IReadOnlyDictionary<string, float[]> For(NetworkDefinition network)
    {
        Dictionary<string, NetworkParameter> parameters = network.Parameters.ToDictionary(
            parameter => parameter.Name, StringComparer.Ordinal);
        foreach (string name in Names)
        {
            if (!parameters.TryGetValue(name, out NetworkParameter? parameter))
            {
                throw new ArgumentException(
                    $"There are initial weights for '{name}', but network '{network.Name}' has no such parameter; it has "
                    + $"{string.Join(", ", parameters.Keys)}.");
            }

            if (parameter.Count != _values[name].Length)
            {
                throw new ArgumentException(
                    $"InitialWeights has {_values[name].Length} values for '{name}', which needs {SizeOf(parameter)}.");
            }
        }

        return _values;
    }

    private static string SizeOf(NetworkParameter parameter) =>
        parameter.Shape.Length > 1 ? $"{parameter.Count} ({string.Join('x', parameter.Shape)})" : $"{parameter.Count}";
}
