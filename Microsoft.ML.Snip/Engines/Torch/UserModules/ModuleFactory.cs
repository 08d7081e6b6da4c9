using static TorchSharp.torch;

namespace Microsoft.ML.Snip;

/// <summary>Makes a module of one's own, always a new one.</summary>
/// <param name="shape">The shape of the images.</param>
/// <param name="classCount">How many classes there are.</param>
/// <returns>
/// A module that takes images [batch, channels, height, width] and gives logits [batch, classes]. The same shape and number of classes give
/// parameters and buffers of the same names and shapes.
/// </returns>
public delegate nn.Module<Tensor, Tensor> ModuleFactory(ImageShape shape, int classCount);
