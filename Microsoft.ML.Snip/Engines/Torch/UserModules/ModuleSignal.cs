using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.UserModules;

/// <summary>
/// Checks whether a custom module's outputs still depend on the image after pruning. For layers the definition shows it; a module must be
/// run.
/// </summary>
internal static class ModuleSignal
{
    /// <summary>
    /// Whether the masked module's logits are finite and differ between the images of a batch. Its pruned weights are 0 afterwards.
    /// </summary>
    /// <param name="module">The module; left in training mode.</param>
    /// <param name="mask">The kept connections.</param>
    /// <param name="images">A batch of images that are not all the same.</param>
    public static bool Passes(nn.Module<Tensor, Tensor> module, PruningMask mask, Tensor images)
    {
        mask.ApplyTo(module);
        module.eval();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        try
        {
            Tensor logits = module.call(images);
            return logits.isfinite().all().item<bool>() && logits.ne(logits[0]).any().item<bool>();
        }
        finally
        {
            module.train();
        }
    }
}
