using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.UserModules;

/// <summary>Whether a module of one's own gives what the loss takes.</summary>
internal static class ModuleOutputs
{
    private const double Tolerance = 1e-4;

    /// <summary>
    /// Whether outputs look like a softmax's: none below 0, each image's summing to 1. The loss applies a softmax of its own, through which
    /// those of another differ by e at most, so that such a module trains slowly and badly.
    /// </summary>
    /// <param name="module">The module; left in training mode.</param>
    /// <param name="images">Some images.</param>
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
