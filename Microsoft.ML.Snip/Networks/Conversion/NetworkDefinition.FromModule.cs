using Microsoft.ML.Snip.Networks.Conversion;
using Sequential = TorchSharp.Modules.Sequential;

namespace Microsoft.ML.Snip;

/// <content>Networks from TorchSharp modules.</content>
public sealed partial class NetworkDefinition
{
    /// <summary>
    /// Converts a TorchSharp module to a network that computes the same, in training and in prediction. Supported modules are Linear,
    /// Conv2d, BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm, ReLU, LeakyReLU, ReLU6, SiLU, Hardswish, Sigmoid, Tanh, GELU, MaxPool2d,
    /// AvgPool2d, AdaptiveAvgPool2d, Flatten, Dropout, Dropout2d, Identity and Sequential. Layers are named after the modules,
    /// <c>features_0</c> for <c>features.0</c>. A Softmax or LogSoftmax at the end is removed, because networks end with the logits; the
    /// log of a fit reports it. The module's weights are not part of the definition: <see cref="NetworkWeights.FromModule"/> copies them.
    /// </summary>
    /// <param name="module">The module, whose output is the logits; it is not changed.</param>
    /// <param name="inputShape">The shape of the input images.</param>
    /// <param name="name">The network's name in reports; by default <c>Sequential</c>.</param>
    /// <remarks>
    /// A Sequential passes on one tensor, so it cannot contain LSTM or GRU modules, which have several outputs; use <see cref="Build"/> for
    /// those.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// Modules are not supported, have an unsupported setting or a frozen parameter, or do not fit the output of the module before them.
    /// The message names each of them by its path, its type and its index in the order of execution.
    /// </exception>
    public static NetworkDefinition FromModule(Sequential module, ImageShape inputShape, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        return SequentialConverter.ToDefinition(module, inputShape, name ?? nameof(Sequential));
    }
}
