using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Compaction;

/// <summary>Takes dropouts out: in prediction they do nothing.</summary>
internal static class DropoutRemoval
{
    public static void Run(NetworkDraft draft)
    {
        // A removal redirects its readers, so that the next dropout of a chain is another record than before.
        while (draft.Layers.OfType<Dropout>().FirstOrDefault() is { } dropout)
        {
            draft.Remove(dropout);
        }
    }
}
