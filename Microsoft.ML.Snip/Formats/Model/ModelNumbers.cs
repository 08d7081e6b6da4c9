using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Formats.Model;

/// <summary>The values of a network's parameters.</summary>
internal static class ModelNumbers
{
    /// <summary>The kept weights of a matrix, or the whole vector, of each parameter in the definition's order.</summary>
    public static IEnumerable<float[]> Of(SparseNetwork network) =>
        network.Definition.Parameters.Select(parameter => Of(network, parameter));

    /// <summary>
    /// What is wrong with the values; null if they are valid. They must be finite and variances must not be negative, otherwise scores
    /// would not be finite. Other tensors of a registered module may be infinite, as attention masks are.
    /// </summary>
    public static string? FindMistake(SparseNetwork network)
    {
        foreach (NetworkParameter parameter in network.Definition.Parameters)
        {
            float[] values = Of(network, parameter);
            if (!Array.TrueForAll(values, parameter.Role == ParameterRole.Other ? number => !float.IsNaN(number) : float.IsFinite))
            {
                return $"'{parameter.Name}' has values that are not finite.";
            }

            if (parameter.Role == ParameterRole.RunningVariance && !Array.TrueForAll(values, number => number >= 0))
            {
                return $"'{parameter.Name}' has variances below 0.";
            }
        }

        return null;
    }

    private static float[] Of(SparseNetwork network, NetworkParameter parameter) =>
        parameter.Role == ParameterRole.Weight ? network.Weights[parameter.Name].Value : network.Vectors[parameter.Name];
}
