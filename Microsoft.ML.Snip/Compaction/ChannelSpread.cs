using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Compaction;

/// <summary>
/// How layers without weights pass channels on: each input channel becomes as many consecutive output channels as this. Channels are those of
/// <see cref="TensorShape.Channels"/>: of a map, the elements of a vector, the features of a sequence.
/// </summary>
internal static class ChannelSpread
{
    public static int Of(Layer layer, TensorShape input) => layer switch
    {
        Flatten => input.Height * input.Width,
        RowsAsSequence => input.Width,
        _ => 1,
    };
}
