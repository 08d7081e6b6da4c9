using Microsoft.ML.Snip.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip;

/// <summary>What the log warns of before training starts.</summary>
internal static class FitWarnings
{
    /// <summary>What to say of more threads than cores; null of fewer. Torch's wait for each other by spinning, which takes the cores from those that work.</summary>
    public static string? FindTooManyThreads(int threads) => threads > Environment.ProcessorCount
        ? $"Threads is {threads}, but this machine has {Environment.ProcessorCount} cores: training will be slower than with as many threads, the more there are the slower."
        : null;

    /// <summary>What to say of a module of one's own that ends with a softmax, which layers do not know; null of any other.</summary>
    public static string? FindSoftmax(TrainableNetwork network, PictureSample sample)
    {
        using DisposeScope scope = NewDisposeScope();
        return network.Definition.Module is { } module && ModuleOutputs.AreProbabilities(network.Module, sample.ToTensor())
            ? $"The outputs of the module '{module.RegisteredName}' are probabilities: none is below 0, and those of a picture sum to 1, so it seems to end with a softmax. "
                + "The loss takes logits and applies a softmax of its own; through two of them the module trains slowly and badly. Leave its softmax out."
            : null;
    }
}
