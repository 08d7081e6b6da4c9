using System.Diagnostics;
using Microsoft.ML.Snip.Benchmarks.Peers;

namespace Microsoft.ML.Snip.Benchmarks;

/// <summary>
/// Times peers in turns, round by round, so that whatever else the machine does hits all of them alike. A round runs each peer for a few
/// milliseconds; with one thread its processor time counts. A peer's time is that of its best round: on a machine that others use too, the
/// undisturbed one.
/// </summary>
internal static class Timing
{
    /// <summary>Microseconds of one run in the best round, for each peer.</summary>
    public static double[] Measure(IReadOnlyList<Peer> peers, int rounds, double milliseconds, bool wallClock)
    {
        var repeats = new int[peers.Count];
        for (int peer = 0; peer < peers.Count; peer++)
        {
            // The just-in-time compiler optimises in the background what has run often.
            for (int turn = 0; turn < 3; turn++)
            {
                var warm = Stopwatch.StartNew();
                for (int run = 0; run == 0 || (run < 200 && warm.ElapsedMilliseconds < 300); run++)
                {
                    peers[peer].Run();
                }

                Thread.Sleep(150);
            }

            repeats[peer] = 1;
            while (Time(peers[peer], repeats[peer], wallClock) * repeats[peer] < milliseconds * 1000)
            {
                repeats[peer] *= 2;
            }
        }

        double[] times = [.. peers.Select(_ => double.MaxValue)];
        for (int round = 0; round < rounds; round++)
        {
            for (int peer = 0; peer < peers.Count; peer++)
            {
                peers[peer].Run();
                times[peer] = Math.Min(times[peer], Time(peers[peer], repeats[peer], wallClock));
            }
        }

        return times;
    }

    /// <summary>The middle value, or the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static double Time(Peer peer, int repeats, bool wallClock)
    {
        double start = Now(wallClock);
        for (int run = 0; run < repeats; run++)
        {
            peer.Run();
        }

        return (Now(wallClock) - start) / repeats;
    }

    private static double Now(bool wallClock) =>
        wallClock ? Stopwatch.GetTimestamp() * 1e6 / Stopwatch.Frequency : ThreadClock.Microseconds();
}
