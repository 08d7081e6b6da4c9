using System.Collections.Immutable;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.Networks;

/// <summary>What weights or a mask need to know of the model that they are from, so that training can continue on other data.</summary>
/// <param name="Classes">The classes as text, in the order of the model's outputs.</param>
/// <param name="Normalization">The normalisation of the model's pixels.</param>
internal sealed record ModelOrigin(ImmutableArray<string> Classes, PixelNormalization Normalization);
