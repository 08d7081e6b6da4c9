using System.Collections.Frozen;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Sparse;

/// <summary>
/// A trained network that holds its kept connections and nothing else: what is predicted with and what the model file stores. Immutable.
/// </summary>
internal sealed class SparseNetwork
{
    /// <param name="definition">The layers.</param>
    /// <param name="weights">
    /// One matrix for each parameter whose role is <see cref="ParameterRole.Weight"/>, by the parameter's name.
    /// </param>
    /// <param name="vectors">One array for each other parameter, by the parameter's name.</param>
    /// <exception cref="ArgumentException">A parameter is missing, or has another size than the definition says.</exception>
    public SparseNetwork(
        NetworkDefinition definition, IReadOnlyDictionary<string, SparseMatrix> weights, IReadOnlyDictionary<string, float[]> vectors)
    {
        Definition = definition;
        Weights = weights.ToFrozenDictionary(StringComparer.Ordinal);
        Vectors = vectors.ToFrozenDictionary(StringComparer.Ordinal);
        int weightCount = 0;
        foreach (NetworkParameter parameter in definition.Parameters)
        {
            bool fits;
            if (parameter.Role == ParameterRole.Weight)
            {
                weightCount++;
                fits = Weights.TryGetValue(parameter.Name, out SparseMatrix? matrix)
                    && matrix.Rows == parameter.Shape[0]
                    && matrix.Columns == parameter.FanIn;
            }
            else
            {
                fits = Vectors.TryGetValue(parameter.Name, out float[]? vector) && vector.Length == parameter.Count;
            }

            if (!fits)
            {
                throw new ArgumentException($"The parameter '{parameter.Name}' is missing, or is not {string.Join('x', parameter.Shape)}.");
            }
        }

        if (Weights.Count != weightCount || Vectors.Count != definition.Parameters.Length - weightCount)
        {
            throw new ArgumentException("There are parameters that no layer has.");
        }
    }

    public NetworkDefinition Definition { get; }

    /// <summary>Weight matrices by parameter name.</summary>
    public FrozenDictionary<string, SparseMatrix> Weights { get; }

    /// <summary>Biases and batch-norm parameters by parameter name.</summary>
    public FrozenDictionary<string, float[]> Vectors { get; }

    /// <summary>The multiplications with kept weights for one image.</summary>
    public double MultiplyAdds => Definition.Parameters.Where(parameter => parameter.Role == ParameterRole.Weight)
        .Sum(parameter => (double)Weights[parameter.Name].KeptCount * parameter.OutputPositions);

    /// <summary>How many connections are kept in all.</summary>
    public long KeptCount => Weights.Values.Sum(matrix => (long)matrix.KeptCount);
}
