using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Modules;

/// <summary>Copies the kept connections of a trained TorchSharp module; the result does not depend on torch.</summary>
internal static class TrainedNetwork
{
    /// <param name="network">The trained network; its pruned weights are 0.</param>
    /// <param name="mask">The kept connections. A parameter that is not in the mask is kept completely.</param>
    public static SparseNetwork ToSparse(TorchNetwork network, PruningMask mask) =>
        ToSparse(network.Definition, network.NamedTensors(), mask);

    /// <param name="definition">The network.</param>
    /// <param name="tensors">Its trained parameters by name; pruned weights are 0.</param>
    /// <param name="mask">The kept connections. A parameter that is not in the mask is kept completely.</param>
    public static SparseNetwork ToSparse(NetworkDefinition definition, IReadOnlyDictionary<string, Tensor> tensors, PruningMask mask)
    {
        var weights = new Dictionary<string, SparseMatrix>(StringComparer.Ordinal);
        var vectors = new Dictionary<string, float[]>(StringComparer.Ordinal);
        HashSet<string> masked = [.. mask.Parameters.Select(parameter => parameter.Name)];
        foreach (NetworkParameter parameter in definition.Parameters)
        {
            using Tensor detached = tensors[parameter.Name].detach();
            using Tensor values = detached.to(float32, CPU).contiguous();
            float[] dense = values.data<float>().ToArray();
            if (parameter.Role != ParameterRole.Weight)
            {
                vectors.Add(parameter.Name, dense);
                continue;
            }

            bool[] kept = masked.Contains(parameter.Name)
                ? mask.KeptOf(parameter.Name).ToArray()
                : [.. Enumerable.Repeat(true, dense.Length)];
            weights.Add(parameter.Name, SparseMatrix.FromDense(dense, kept, parameter.Shape[0], (int)parameter.FanIn));
        }

        return new SparseNetwork(definition, weights, vectors);
    }
}
