namespace Microsoft.ML.Snip.Benchmarks;

/// <summary>The most memory that this process has had at once, natives included, as Linux counts it.</summary>
internal static class PeakMemory
{
    /// <summary>Counts from now on; gives what the process has now.</summary>
    public static long Restart()
    {
        File.WriteAllText("/proc/self/clear_refs", "5");
        return Bytes();
    }

    /// <summary>The peak in bytes.</summary>
    public static long Bytes()
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(
            line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) << 10;
    }
}
