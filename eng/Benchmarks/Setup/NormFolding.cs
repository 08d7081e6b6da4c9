using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Benchmarks.Setup;

/// <summary>
/// Batch norms behind a convolution or linear layer that nothing else reads, folded into it: weight' = weight * s, bias' = (bias - mean) *
/// s + beta with s = gamma / sqrt(variance + epsilon). Every peer gets the folded network.
/// </summary>
internal static class NormFolding
{
    public static NetworkDefinition Fold(NetworkDefinition network, Dictionary<string, float[]> values)
    {
        var layers = new List<Layer>();
        var renamed = new Dictionary<string, string>();
        string Renamed(string name) => renamed.GetValueOrDefault(name, name);
        foreach (Layer layer in network.Layers)
        {
            if (layer is BatchNorm norm && layers.FindIndex(other => other.Name == norm.Input) is >= 0 and int index
                && layers[index] is Conv2d or Linear && network.Layers.Count(other => other.Inputs.Contains(norm.Input)) == 1)
            {
                layers[index] = layers[index] switch { Conv2d conv => conv with { Bias = true }, Linear linear =>
                linear with { Bias = true }, var other => other };
                Scale(norm, values);
                renamed[norm.Name] = norm.Input;
                continue;
            }

            layers.Add(layer switch
            {
                SingleInputLayer single => single with { Input = Renamed(single.Input) },
                Add add => add with { First = Renamed(add.First), Second = Renamed(add.Second) },
                _ => layer,
            });
        }

        return new NetworkDefinition(network.Name, network.InputShape, layers);
    }

    private static void Scale(BatchNorm norm, Dictionary<string, float[]> values)
    {
        float[] gamma = values[$"{norm.Name}.weight"], beta = values[$"{norm.Name}.bias"];
        float[] mean = values[$"{norm.Name}.running_mean"], variance = values[$"{norm.Name}.running_var"];
        float[] weight = values[$"{norm.Input}.weight"];
        if (!values.TryGetValue($"{norm.Input}.bias", out float[]? bias))
        {
            values[$"{norm.Input}.bias"] = bias = new float[gamma.Length];
        }

        int fanIn = weight.Length / gamma.Length;
        for (int output = 0; output < gamma.Length; output++)
        {
            float scale = (float)(gamma[output] / Math.Sqrt(variance[output] + norm.Epsilon));
            foreach (ref float value in weight.AsSpan(output * fanIn, fanIn))
            {
                value *= scale;
            }

            bias[output] = ((bias[output] - mean[output]) * scale) + beta[output];
        }
    }
}
