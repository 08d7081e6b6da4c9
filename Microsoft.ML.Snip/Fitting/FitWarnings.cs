namespace Microsoft.ML.Snip.Fitting;

/// <summary>What the log warns of before training starts.</summary>
internal static class FitWarnings
{
    /// <summary>
    /// What to say of more threads than cores; null of fewer. Torch's wait for each other by spinning, which takes the cores from those
    /// that work.
    /// </summary>
    public static string? FindTooManyThreads(int threads) => threads > Environment.ProcessorCount
        ? $"Threads is {threads}, but this machine has {Environment.ProcessorCount} cores: training will be slower than with as many threads, the more there are the slower."
        : null;
}
