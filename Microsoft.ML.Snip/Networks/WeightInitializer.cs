using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Networks;

/// <summary>
/// Initial values as in the SNIP paper's experiments: weights by variance scaling over the fan-in (a normal distribution cut off at two standard
/// deviations and rescaled to variance 1 / fan-in), biases and shifts 0, gains and variances 1. Gates that decide what a recurrent layer remembers start
/// with a bias of 1, as TensorFlow's cells do: the forget gate of an LSTM, the reset and update gates of a GRU. Otherwise the state would halve at every
/// step, and the first rows of a picture would count for nothing when connections are scored.
/// </summary>
internal static class WeightInitializer
{
    /// <summary>The standard deviation of a standard normal distribution cut off at -2 and 2.</summary>
    private const double TruncatedDeviation = 0.87962566103423978;

    /// <summary>New values for each parameter, by name.</summary>
    public static Dictionary<string, float[]> Draw(NetworkDefinition network, Random random)
    {
        var values = network.Parameters.ToDictionary(parameter => parameter.Name, parameter => Draw(parameter, random), StringComparer.Ordinal);
        foreach (RecurrentLayer layer in network.Layers.OfType<RecurrentLayer>())
        {
            // Gates are packed input, forget, cell, output and reset, update, new.
            Range remembering = layer is Lstm ? layer.Units..(2 * layer.Units) : ..(2 * layer.Units);
            values[$"{layer.Name}.bias_ih_l0"].AsSpan(remembering).Fill(1);
        }

        return values;
    }

    private static float[] Draw(Parameter parameter, Random random)
    {
        var values = new float[parameter.Count];
        switch (parameter.Role)
        {
            case ParameterRole.Weight:
                double scale = Math.Sqrt(1.0 / parameter.FanIn) / TruncatedDeviation;
                FillTruncatedNormal(values, scale, random);
                break;
            case ParameterRole.Gain or ParameterRole.RunningVariance:
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
