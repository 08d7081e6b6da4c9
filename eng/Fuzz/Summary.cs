using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.ML.Snip.Tests.Formats;

namespace Microsoft.ML.Snip.Fuzz;

/// <summary>Counts what came of the trials.</summary>
internal sealed partial class Summary
{
    private const int ReasonsPrinted = 25;

    private readonly Dictionary<string, int> _reasons = new(StringComparer.Ordinal);
    private readonly List<string> _violations = [];
    private int _trials;
    private int _loaded;
    private (long Bytes, string Name) _largest;
    private (TimeSpan Time, string Name) _slowest;

    public int Violations => _violations.Count;

    public void Add(string name, MutationTrial trial)
    {
        _trials++;
        _loaded += trial.Loaded ? 1 : 0;
        _largest = trial.AllocatedBytes > _largest.Bytes ? (trial.AllocatedBytes, name) : _largest;
        _slowest = trial.Elapsed > _slowest.Time ? (trial.Elapsed, name) : _slowest;
        if (trial.Violation is { } violation)
        {
            _violations.Add($"{name}: {violation}");
        }

        if (trial.Rejection is { } rejection)
        {
            string reason = Particular().Replace(rejection, "*");
            _reasons[reason] = _reasons.GetValueOrDefault(reason) + 1;
        }
    }

    public void Print(TextWriter output)
    {
        output.WriteLine($"{_trials} damaged files: {_loaded} loaded, {_trials - _loaded - Violations} rejected, {Violations} violations.");
        output.WriteLine($"Most memory for one: {_largest.Bytes / 1e6:F1} MB ({_largest.Name}); longest time: "
            + $"{_slowest.Time.TotalMilliseconds:F0} ms ({_slowest.Name}).");
        using Process process = Process.GetCurrentProcess();
        output.WriteLine($"Most memory of the process: {process.PeakWorkingSet64 / 1e6:F0} MB.");
        output.WriteLine($"The most frequent of {_reasons.Count} reasons for rejection:");
        foreach ((string reason, int count) in _reasons.OrderByDescending(pair => pair.Value).Take(ReasonsPrinted))
        {
            output.WriteLine($"{count,8}  {reason}");
        }

        foreach (string violation in _violations)
        {
            output.WriteLine($"VIOLATION  {violation}");
        }
    }

    /// <summary>What differs between messages of one kind: names in quotes, numbers.</summary>
    [GeneratedRegex("""'[^']*'|[-+]?\d+(\.\d+)?""")]
    private static partial Regex Particular();
}
