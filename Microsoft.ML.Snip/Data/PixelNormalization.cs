using System.Collections.Immutable;

namespace Microsoft.ML.Snip.Data;

/// <summary>
/// How raw pixels become the network's input: x = (value - mean[channel]) * scale[channel], where scale is one over the standard deviation. Learned
/// from the training set and stored with the model, so that training and prediction see the same numbers.
/// </summary>
/// <param name="Mean">The mean of each channel's raw values.</param>
/// <param name="Scale">One over the standard deviation of each channel's raw values; 1 where a channel is constant.</param>
internal sealed record PixelNormalization(ImmutableArray<float> Mean, ImmutableArray<float> Scale);
