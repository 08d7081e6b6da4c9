using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Compaction;

/// <summary>
/// Replaces grouped and dilated convolutions by plain ones with the same kept weights, so that the later steps handle one kind only.
/// </summary>
internal static class ConvolutionExpansion
{
    public static void Run(NetworkDraft draft)
    {
        foreach (Conv2d layer in draft.Layers.OfType<Conv2d>().Where(layer => layer.Groups > 1 || layer.Dilation > 1).ToArray())
        {
            string weight = $"{layer.Name}.weight";
            (Conv2d plain, draft.Weights[weight]) = PlainConvolution.Of(layer, draft.Weights[weight]);
            draft.Replace(layer, plain);
        }
    }
}
