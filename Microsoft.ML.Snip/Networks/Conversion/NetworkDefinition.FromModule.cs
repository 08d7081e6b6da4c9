using Microsoft.ML.Snip.Networks.Conversion;
using Sequential = TorchSharp.Modules.Sequential;

namespace Microsoft.ML.Snip;

/// <content>Networks made of TorchSharp modules.</content>
public sealed partial class NetworkDefinition
{
    /// <summary>
    /// A network that computes what a TorchSharp module computes, in training and in prediction. It knows Linear, Conv2d, BatchNorm1d and
    /// 2d, GroupNorm, LayerNorm, ReLU, LeakyReLU, ReLU6, SiLU, Hardswish, Sigmoid, Tanh, GELU, MaxPool2d, AvgPool2d, AdaptiveAvgPool2d,
    /// Flatten, Dropout, Dropout2d, Identity and Sequential; layers are named after the modules, <c>features_0</c> for <c>features.0</c>. A
    /// Softmax or LogSoftmax at the end is left out, which the log of a fit says: networks end with their logits. The module's weights are
    /// not part of the definition: <see cref="NetworkWeights.FromModule"/> takes them over.
    /// </summary>
    /// <param name="module">The module, whose output is the logits; it stays as it is.</param>
    /// <param name="inputShape">The shape of the images it takes.</param>
    /// <param name="name">What to call the network in reports; by default <c>Sequential</c>.</param>
    /// <remarks>
    /// A sequential passes on one tensor and so cannot hold LSTM or GRU modules, whose outputs are several: use <see cref="Build"/> for
    /// those.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// Modules are unknown, have a setting that no layer has or a frozen parameter, or do not fit what is before them; the message names
    /// each of them by its path, its type and its index in the order in which they run.
    /// </exception>
    public static NetworkDefinition FromModule(Sequential module, ImageShape inputShape, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        return SequentialConverter.ToDefinition(module, inputShape, name ?? nameof(Sequential));
    }
}
