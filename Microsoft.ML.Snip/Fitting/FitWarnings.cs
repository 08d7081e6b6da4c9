namespace Microsoft.ML.Snip.Fitting;

/// <summary>Warnings in the log before training starts.</summary>
internal static class FitWarnings
{
    /// <summary>
    /// A warning if there are more threads than cores; otherwise null. Torch's threads wait for each other by spinning, which takes cores
    /// from the working threads.
    /// </summary>
    public static string? FindTooManyThreads(int threads) => threads > Environment.ProcessorCount
        ? $"Threads is {threads}, but this machine has {Environment.ProcessorCount} cores: training will be slower than with "
            + $"{Environment.ProcessorCount} threads, and slower the more threads there are."
        : null;
}
