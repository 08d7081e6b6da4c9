using static TorchSharp.torch;

namespace Microsoft.ML.Snip;

/// <summary>Creates a custom module, a new one for each call.</summary>
/// <param name="shape">The shape of the images.</param>
/// <param name="classCount">The number of classes.</param>
/// <returns>
/// A module that takes images [batch, channels, height, width] and returns logits [batch, classes]. For the same shape and number of
/// classes, its parameters and buffers must have the same names and shapes.
/// </returns>
public delegate nn.Module<Tensor, Tensor> ModuleFactory(ImageShape shape, int classCount);
