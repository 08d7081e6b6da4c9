using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip;

/// <summary>
/// Values for parameters of a network, to start a fit from instead of random ones: weights, biases, batch norms and their running
/// statistics, by the names of <see cref="NetworkDefinition.Parameters"/>. Immutable.
/// </summary>
public sealed partial class NetworkWeights
{
    private readonly FrozenDictionary<string, float[]> _values;

    /// <summary>Weights from elsewhere.</summary>
    /// <param name="values">The numbers of each parameter, row-major, by its name. They are copied.</param>
    /// <exception cref="ArgumentException">A name comes twice.</exception>
    public NetworkWeights(IEnumerable<KeyValuePair<string, float[]>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var copies = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach ((string name, float[] numbers) in values)
        {
            copies.Add(name, [.. numbers]);
        }

        _values = copies.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The parameters there are values for.</summary>
    public ImmutableArray<string> Names => [.. _values.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The numbers of one parameter, row-major.</summary>
    /// <param name="parameterName">One of <see cref="Names"/>.</param>
    /// <exception cref="KeyNotFoundException">There are no values for it.</exception>
    public ReadOnlySpan<float> this[string parameterName] => _values[parameterName];

    /// <summary>
    /// Fewer parameters: those whose name passes, to start the others from random values, such as a last layer for other classes.
    /// </summary>
    /// <param name="isTaken">Whether to take the parameter of this name.</param>
    public NetworkWeights Where(Func<string, bool> isTaken)
    {
        ArgumentNullException.ThrowIfNull(isTaken);
        return new NetworkWeights(_values.Where(pair => isTaken(pair.Key)));
    }

    /// <summary>The values, which suit the network.</summary>
    /// <exception cref="ArgumentException">The network lacks a parameter, or it has another size.</exception>
    internal IReadOnlyDictionary<string, float[]> For(NetworkDefinition network)
    {
        Dictionary<string, NetworkParameter> parameters = network.Parameters.ToDictionary(
            parameter => parameter.Name, StringComparer.Ordinal);
        foreach (string name in Names)
        {
            if (!parameters.TryGetValue(name, out NetworkParameter? parameter))
            {
                throw new ArgumentException($"There are initial weights for '{name}', but network '{network.Name}' has no such parameter; it has {string.Join(", ", parameters.Keys)}.");
            }

            if (parameter.Count != _values[name].Length)
            {
                throw new ArgumentException(
                    $"InitialWeights has {_values[name].Length} numbers for '{name}', which takes {SizeOf(parameter)}.");
            }
        }

        return _values;
    }

    private static string SizeOf(NetworkParameter parameter) =>
        parameter.Shape.Length > 1 ? $"{parameter.Count} ({string.Join('x', parameter.Shape)})" : $"{parameter.Count}";
}
