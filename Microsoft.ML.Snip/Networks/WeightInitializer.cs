using System.Numerics.Tensors;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Networks;

/// <summary>
/// Initial values as in the SNIP paper's experiments: weights by variance scaling with the fan-in (a normal distribution truncated at two
/// standard deviations and rescaled to variance 1 / fan-in); biases and betas 0; gammas and variances 1. Recurrent layers are initialised
/// differently; otherwise the connections between hidden units would have very small scores.
/// </summary>
/// <remarks>
/// The initial gate biases make a state a running mean over several steps (Tallec and Ollivier, ICLR 2018, section 2). Otherwise it would
/// halve at every step, and the first rows of an image would be forgotten. The biases are 1 for the reset and update gates of a GRU, and
/// -2, 2 and 1 for the input, forget and output gates of an LSTM. Hidden-to-hidden weights are larger for a higher sparsity, so that the
/// kept weights still pass on the state.
/// </remarks>
internal static class WeightInitializer
{
    /// <summary>The standard deviation of a standard normal distribution truncated at -2 and 2.</summary>
    private const double TruncatedDeviation = 0.87962566103423978;

    /// <summary>The maximum gain; with a larger one, gradients explode over the steps of an image before pruning.</summary>
    private const double LargestRecurrentGain = 3;

    /// <summary>Draws new values for each parameter, by name.</summary>
    /// <param name="network">The network.</param>
    /// <param name="random">The random numbers.</param>
    /// <param name="sparsity">The sparsity to which the network will be pruned, in [0, 1).</param>
    public static Dictionary<string, float[]> Draw(NetworkDefinition network, Random random, double sparsity = 0)
    {
        var values = network.Parameters.ToDictionary(
            parameter => parameter.Name, parameter => Draw(parameter, random), StringComparer.Ordinal);
        foreach (RecurrentLayer layer in network.Layers.OfType<RecurrentLayer>())
        {
            float[] biases = values[$"{layer.Name}.bias_ih_l0"], recurrent = values[$"{layer.Name}.weight_hh_l0"];

            // The gates are in the order input, forget, cell, output; and reset, update, new.
            float[] gateBiases = layer is Lstm ? [-2, 2, 0, 1] : [1, 1, 0];
            for (int gate = 0; gate < gateBiases.Length; gate++)
            {
                biases.AsSpan(gate * layer.Units, layer.Units).Fill(gateBiases[gate]);
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

    /// <summary>Draws Box-Muller pairs; values outside two standard deviations are drawn again.</summary>
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
