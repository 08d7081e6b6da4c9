using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.UserModules;

/// <summary>Checks whether the outputs of a custom module are logits, as the loss requires.</summary>
internal static class ModuleOutputs
{
    private const double Tolerance = 1e-4;

    /// <summary>
    /// Whether the outputs look like those of a softmax: none below 0, and those of each image sum to 1. The loss applies a softmax itself.
    /// With two of them, probabilities differ by at most a factor of e, so that the module trains slowly and badly.
    /// </summary>
    /// <param name="module">The module; left in training mode.</param>
    /// <param name="images">The images to check.</param>
    public static bool AreProbabilities(nn.Module<Tensor, Tensor> module, Tensor images)
    {
        module.eval();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        try
        {
            using Scalar zero = 0.ToScalar(), one = 1.ToScalar(), tolerance = Tolerance.ToScalar();
            Tensor outputs = module.call(images);
            return outputs.ge(zero).all().item<bool>() && outputs.sum(1).sub(one).abs().le(tolerance).all().item<bool>();
        }
        finally
        {
            module.train();
        }
    }
}
