using Microsoft.ML.Snip.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Benchmarks.Setup;

/// <summary>Which connections SNIP keeps: the largest |w * dL/dw| of all, on one batch, before any training.</summary>
internal static class SensitivityMask
{
    public static Dictionary<string, bool[]> Select(TorchNetwork module, Tensor images, Tensor labels, double sparsity)
    {
        module.eval();
        module.zero_grad();
        using (Tensor loss = nn.functional.cross_entropy(module.forward(images), labels))
        {
            loss.backward();
        }

        Dictionary<string, Tensor> tensors = module.NamedTensors();
        var names = new List<string>();
        var scores = new List<float[]>();
        foreach (Parameter parameter in module.Definition.Parameters.Where(parameter => parameter.Role == ParameterRole.Weight))
        {
            Tensor weight = tensors[parameter.Name];
            using Tensor score = (weight.detach() * weight.grad!).abs();
            names.Add(parameter.Name);
            scores.Add(score.data<float>().ToArray());
        }

        float[] sorted = [.. scores.SelectMany(score => score)];
        Array.Sort(sorted);
        int kept = (int)Math.Round(sorted.Length * (1 - sparsity));
        float least = sorted[^kept];
        return names.Zip(scores).ToDictionary(pair => pair.First, pair => Array.ConvertAll(pair.Second, score => score >= least && score > 0));
    }
}
