using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Compaction;

/// <summary>Takes out what does nothing in prediction: dropouts.</summary>
internal static class IdentityRemoval
{
    public static void Run(NetworkDraft draft)
    {
        // A removal redirects its readers, so that the next layer of a chain is another record than before.
        while (draft.Layers.FirstOrDefault(layer => draft.RuleOf(layer) is SeparateChannels { IsIdentity: true }) is SingleInputLayer layer)
        {
            draft.Remove(layer);
        }
    }
}
