namespace Microsoft.ML.Snip.Tests;

/// <summary>How many bytes of managed memory an action allocates on this thread, run after run.</summary>
internal static class Allocations
{
    private const int Attempts = 5, RunsAnAttempt = 50;

    /// <summary>
    /// The bytes of many runs together, the fewest of several attempts: an allocation now and then shows as well, but not the few kilobytes
    /// that a single run early in the process was once seen to show and no later one did.
    /// </summary>
    public static long Of(Action action)
    {
        long fewest = long.MaxValue;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int run = 0; run < RunsAnAttempt; run++)
            {
                action();
            }

            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return fewest;
    }
}
