using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Compaction;

/// <summary>The function of a batch norm in prediction: channel c becomes Scale[c] * x + Shift[c].</summary>
internal sealed record ChannelAffine(double[] Scale, double[] Shift)
{
    /// <summary>Scale = gamma / sqrt(variance + epsilon), shift = bias - mean * scale.</summary>
    public static ChannelAffine Of(BatchNorm norm, IReadOnlyDictionary<string, float[]> vectors)
    {
        float[] gamma = vectors[$"{norm.Name}.weight"], bias = vectors[$"{norm.Name}.bias"];
        float[] mean = vectors[$"{norm.Name}.running_mean"], variance = vectors[$"{norm.Name}.running_var"];
        double[] scale = [.. gamma.Select((value, channel) => value / Math.Sqrt(variance[channel] + norm.Epsilon))];
        return new ChannelAffine(scale, [.. bias.Select((value, channel) => value - (mean[channel] * scale[channel]))]);
    }
}
