using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Compaction;

/// <summary>Removes the layers that do nothing in prediction: dropout.</summary>
internal static class IdentityRemoval
{
    public static void Run(NetworkDraft draft)
    {
        // Removing a layer replaces the records of its readers, so the list of layers is searched again each time.
        while (draft.Layers.FirstOrDefault(layer => draft.RuleOf(layer) is SeparateChannels { IsIdentity: true }) is SingleInputLayer layer)
        {
            draft.Remove(layer);
        }
    }
}
