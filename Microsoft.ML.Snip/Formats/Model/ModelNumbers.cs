using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Formats.Model;

/// <summary>The numbers of a network's parameters.</summary>
internal static class ModelNumbers
{
    /// <summary>The kept weights of a matrix, or the whole vector, of each parameter in the definition's order.</summary>
    public static IEnumerable<float[]> Of(SparseNetwork network) =>
        network.Definition.Parameters.Select(parameter => Of(network, parameter));

    /// <summary>
    /// What is wrong with the numbers; null if nothing is. They are finite, and variances not negative, or no score would be a number. What
    /// a module of the user's own stores beside its weights may be infinite: masks are.
    /// </summary>
    public static string? FindMistake(SparseNetwork network)
    {
        foreach (NetworkParameter parameter in network.Definition.Parameters)
        {
            float[] numbers = Of(network, parameter);
            if (!Array.TrueForAll(numbers, parameter.Role == ParameterRole.Other ? number => !float.IsNaN(number) : float.IsFinite))
            {
                return $"'{parameter.Name}' holds numbers that are not finite.";
            }

            if (parameter.Role == ParameterRole.RunningVariance && !Array.TrueForAll(numbers, number => number >= 0))
            {
                return $"'{parameter.Name}' holds variances below 0.";
            }
        }

        return null;
    }

    private static float[] Of(SparseNetwork network, NetworkParameter parameter) =>
        parameter.Role == ParameterRole.Weight ? network.Weights[parameter.Name].Value : network.Vectors[parameter.Name];
}
