using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.ML.Snip.Tests.Formats.Model;

namespace Microsoft.ML.Snip.Fuzz;

/// <summary>Counts what came of the trials.</summary>
internal sealed partial class Summary
{
    private const int ReasonsPrinted = 25;
    private static readonly TimeSpan LongestLoad = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPrediction = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, int> _reasons = new(StringComparer.Ordinal);
    private readonly List<string> _violations = [];
    private int _trials;
    private int _loaded;
    private (long Bytes, string Name) _largest;
    private int _predicted;
    private (TimeSpan Time, string Name) _slowestLoad;
    private (TimeSpan Time, string Name) _slowestPrediction;

    public int Violations => _violations.Count;

    public void Add(string name, int fileLength, MutationTrial trial)
    {
        _trials++;
        _loaded += trial.Loaded ? 1 : 0;
        _predicted += trial.Loaded && fileLength < MutationTrial.SmallFile ? 1 : 0;
        _largest = trial.AllocatedBytes > _largest.Bytes ? (trial.AllocatedBytes, name) : _largest;
        _slowestLoad = trial.LoadTime > _slowestLoad.Time ? (trial.LoadTime, name) : _slowestLoad;
        _slowestPrediction = trial.PredictTime > _slowestPrediction.Time ? (trial.PredictTime, name) : _slowestPrediction;
        if ((trial.Violation ?? FindDelay(trial)) is { } violation)
        {
            _violations.Add($"{name}, {fileLength} bytes: {violation}");
        }

        if (trial.Rejection is { } rejection)
        {
            string reason = Particular().Replace(rejection, "*");
            _reasons[reason] = _reasons.GetValueOrDefault(reason) + 1;
        }
    }

    public void Print(TextWriter output)
    {
        output.WriteLine($"{_trials} damaged files: {_loaded} loaded, {_reasons.Values.Sum()} rejected, {Violations} violations.");
        output.WriteLine($"Most memory for one load: {_largest.Bytes / 1e6:F1} MB ({_largest.Name}); longest load: "
            + $"{_slowestLoad.Time.TotalMilliseconds:F0} ms ({_slowestLoad.Name}).");
        output.WriteLine($"{_predicted} files under {MutationTrial.SmallFile} bytes were predicted with; longest prediction: "
            + $"{_slowestPrediction.Time.TotalMilliseconds:F0} ms ({_slowestPrediction.Name}).");
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

    private static string? FindDelay(MutationTrial trial) =>
        trial.LoadTime > LongestLoad ? $"{trial.LoadTime.TotalSeconds:F1} seconds to load"
        : trial.PredictTime > LongestPrediction ? $"{trial.PredictTime.TotalSeconds:F1} seconds to predict"
        : null;

    /// <summary>What differs between messages of one kind: names in quotes, numbers.</summary>
    [GeneratedRegex("""'[^']*'|[-+]?\d+(\.\d+)?""")]
    private static partial Regex Particular();
}
