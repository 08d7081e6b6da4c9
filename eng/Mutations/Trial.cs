using System.Collections.Concurrent;
using System.Diagnostics;

namespace Microsoft.ML.Snip.Mutations;

/// <summary>Puts faults in, one at a time, and sees whether the tests notice: first those that should, then all others.</summary>
/// <param name="quick">Whether to leave the others out.</param>
/// <param name="tell">Told each verdict.</param>
internal sealed class Trial(bool quick, Action<Verdict> tell)
{
    /// <summary>Time for a suite that takes a minute or two alone.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    /// <summary>Goes through the faults, as many at a time as there are copies.</summary>
    public async Task<Verdict[]> Run(IReadOnlyList<Fault> faults, IReadOnlyList<WorkingCopy> copies)
    {
        foreach (WorkingCopy copy in copies)
        {
            await copy.Prepare();
        }

        IReadOnlySet<string> known = await FailuresWithoutFault(faults, copies[0]);
        var left = new ConcurrentQueue<Fault>(faults);
        var verdicts = new ConcurrentBag<Verdict>();
        await Task.WhenAll(copies.Select(async copy =>
        {
            while (left.TryDequeue(out Fault? fault))
            {
                Verdict verdict = await Try(fault, copy, known);
                verdicts.Add(verdict);
                lock (tell)
                {
                    tell(verdict);
                }
            }
        }));
        return [.. verdicts.OrderBy(verdict => faults.ToList().IndexOf(verdict.Fault))];
    }

    /// <summary>Tests that fail anyway show nothing.</summary>
    private async Task<IReadOnlySet<string>> FailuresWithoutFault(IReadOnlyList<Fault> faults, WorkingCopy copy)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (string? filter in quick ? faults.Select(fault => (string?)fault.Filter).Distinct() : [null])
        {
            TestRun sound = await TestRun.Start(copy.TestAssembly, filter, Limit);
            if (sound.Executed == 0 || sound.TimedOut || (sound.BrokeDown && sound.Failed.Count == 0))
            {
                throw new InvalidOperationException($"The tests {filter} cannot be run:\n{sound.Output}");
            }

            known.UnionWith(sound.Failed);
        }

        if (known.Count > 0)
        {
            await Console.Error.WriteLineAsync($"{known.Count} tests fail without any fault: {string.Join(", ", known)}");
        }

        return known;
    }

    private async Task<Verdict> Try(Fault fault, WorkingCopy copy, IReadOnlySet<string> known)
    {
        var clock = Stopwatch.StartNew();
        Verdict Is(Outcome outcome, string reason) => new(fault, outcome, reason, clock.Elapsed.TotalSeconds);
        try
        {
            if (await copy.Apply(fault) is { } error)
            {
                return Is(Outcome.NotBuilt, error);
            }

            foreach (string? filter in quick ? [fault.Filter] : new[] { fault.Filter, null })
            {
                TestRun run = await TestRun.Start(copy.TestAssembly, filter, Limit);
                if (run.Failed.FirstOrDefault(test => !known.Contains(test)) is { } noticed)
                {
                    return Is(filter is null ? Outcome.KilledByOthers : Outcome.KilledByItsTests, noticed);
                }

                if (run.TimedOut || (run.BrokeDown && run.Failed.Count == 0))
                {
                    return Is(Outcome.BrokeDown, run.TimedOut ? "did not end" : "the process of the tests broke down");
                }
            }

            return Is(Outcome.Survived, string.Empty);
        }
        catch (InvalidDataException exception)
        {
            return Is(Outcome.NotFound, exception.Message);
        }
        finally
        {
            copy.Remove(fault);
        }
    }
}
