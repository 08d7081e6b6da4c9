using System.Diagnostics;

namespace Microsoft.ML.Snip.Fuzz;

/// <summary>Ends the program, and says where it was, when one file is read for so long that it may go on for ever.</summary>
internal sealed class HangWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private readonly Timer _timer;
    private volatile string? _current;
    private long _start;

    public HangWatch() => _timer = new Timer(_ => Look(), state: null, Interval, Interval);

    public void Begin(string name)
    {
        Volatile.Write(ref _start, Stopwatch.GetTimestamp());
        _current = name;
    }

    public void End() => _current = null;

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        // The trial itself reports what ends late; this is for what does not end.
        if (_current is { } name && Stopwatch.GetElapsedTime(Volatile.Read(ref _start)) > Longest)
        {
            Console.WriteLine($"{name} does not come to an end.");
            Environment.Exit(1);
        }
    }
}
