namespace Microsoft.ML.Snip.Tests;

/// <summary>How many bytes of managed memory an action allocates on this thread each time it runs.</summary>
internal static class Allocations
{
    private const int Attempts = 5;

    /// <summary>
    /// The fewest of several runs: a collection that another thread starts in between closes this thread's allocation buffer and counts what was left
    /// of it, while what the action itself allocates it allocates every time.
    /// </summary>
    public static long Of(Action action)
    {
        long fewest = long.MaxValue;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return fewest;
    }
}
