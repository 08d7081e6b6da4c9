using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.UserModules;

/// <summary>
/// Whether images still make a difference after pruning; what a definition tells of layers, a module of one's own must show.
/// </summary>
internal static class ModuleSignal
{
    /// <summary>
    /// Whether the masked module's logits are numbers that differ between the images of a batch. Its cut weights are 0 afterwards.
    /// </summary>
    /// <param name="module">The module; left in training mode.</param>
    /// <param name="mask">What is kept.</param>
    /// <param name="images">Some images that are not all the same.</param>
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
