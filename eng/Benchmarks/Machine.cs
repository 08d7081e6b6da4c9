using System.Runtime.InteropServices;

namespace Microsoft.ML.Snip.Benchmarks;

/// <summary>What the table's header says of the machine.</summary>
internal static class Machine
{
    public static string CpuName()
    {
        const string Info = "/proc/cpuinfo";
        string? line = File.Exists(Info)
            ? File.ReadLines(Info).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line is null
            ? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString()
            : line.Split(':')[1].Trim();
    }
}
