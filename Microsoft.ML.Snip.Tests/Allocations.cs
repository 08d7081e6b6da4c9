namespace Microsoft.ML.Snip.Tests;

/// <summary>How many bytes of managed memory an action allocates on this thread each time it runs.</summary>
internal static class Allocations
{
    private const int Attempts = 5;

    /// <summary>
    /// The fewest of several runs: what the action allocates it allocates every time, while a single run early in the process was seen to show a few
    /// kilobytes that no later one did.
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
