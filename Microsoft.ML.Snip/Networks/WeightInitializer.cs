using System.Numerics.Tensors;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Networks;

/// <summary>
/// Initial values as in the SNIP paper's experiments: weights by variance scaling over the fan-in (a normal distribution cut off at two
/// standard deviations and rescaled to variance 1 / fan-in), biases and betas 0, gammas and variances 1. Recurrent layers differ, or
/// connections between hidden units would hardly count when they are scored.
/// </summary>
/// <remarks>
/// Gates start so that a state is a running mean over several steps (Tallec and Ollivier, ICLR 2018, section 2): else it would halve at
/// every step, and the first rows of an image be forgotten. Reset and update gates of a GRU have biases of 1; input, forget and output
/// gates of an LSTM of -2, 2 and 1. Hidden-to-hidden weights are larger the more of them pruning will cut, so that what is kept still
/// passes a state on.
/// </remarks>
internal static class WeightInitializer
{
    /// <summary>The standard deviation of a standard normal distribution cut off at -2 and 2.</summary>
    private const double TruncatedDeviation = 0.87962566103423978;

    /// <summary>More than this, and gradients explode over the steps of an image before anything is pruned.</summary>
    private const double LargestRecurrentGain = 3;

    /// <summary>New values for each parameter, by name.</summary>
    /// <param name="network">The network.</param>
    /// <param name="random">Where they come from.</param>
    /// <param name="sparsity">The share of the weights that pruning will cut, in [0, 1).</param>
    public static Dictionary<string, float[]> Draw(NetworkDefinition network, Random random, double sparsity = 0)
    {
        var values = network.Parameters.ToDictionary(
            parameter => parameter.Name, parameter => Draw(parameter, random), StringComparer.Ordinal);
        foreach (RecurrentLayer layer in network.Layers.OfType<RecurrentLayer>())
        {
            float[] biases = values[$"{layer.Name}.bias_ih_l0"], recurrent = values[$"{layer.Name}.weight_hh_l0"];

            // Gates are packed input, forget, cell, output and reset, update, new.
            float[] opening = layer is Lstm ? [-2, 2, 0, 1] : [1, 1, 0];
            for (int gate = 0; gate < opening.Length; gate++)
            {
                biases.AsSpan(gate * layer.Units, layer.Units).Fill(opening[gate]);
            }

            float gain = (float)Math.Min(LargestRecurrentGain, Math.Sqrt(1 / (1 - sparsity)));
            TensorPrimitives.Multiply(recurrent, gain, recurrent);
        }

        return values;
    }

    private static float[] Draw(NetworkParameter parameter, Random random)
    {
        var values = new float[parameter.Count];
        switch (parameter.Role)
        {
            case ParameterRole.Weight:
                double scale = Math.Sqrt(1.0 / parameter.FanIn) / TruncatedDeviation;
                FillTruncatedNormal(values, scale, random);
                break;
            case ParameterRole.Gamma or ParameterRole.RunningVariance:
                Array.Fill(values, 1f);
                break;
        }

        return values;
    }

    /// <summary>Box-Muller pairs; what falls outside two standard deviations is drawn again.</summary>
    private static void FillTruncatedNormal(float[] values, double scale, Random random)
    {
        int at = 0;
        while (at < values.Length)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * random.NextDouble());
            if (Math.Abs(radius * cosine) <= 2)
            {
                values[at++] = (float)(radius * cosine * scale);
            }

            if (Math.Abs(radius * sine) <= 2 && at < values.Length)
            {
                values[at++] = (float)(radius * sine * scale);
            }
        }
    }
}
