using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Snip.Benchmarks;

/// <summary>
/// The processor time of the calling thread, which leaves out what other programs take, where the system has such a clock; else the time of
/// day.
/// </summary>
internal static partial class ThreadClock
{
    private const int ThreadProcessorTime = 3;

    public static double Microseconds()
    {
        if (OperatingSystem.IsLinux() && GetTime(ThreadProcessorTime, out Time time) == 0)
        {
            return (time.Seconds * 1e6) + (time.Nanoseconds / 1e3);
        }

        return Stopwatch.GetTimestamp() * 1e6 / Stopwatch.Frequency;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
