using System.Globalization;
using System.Text;

namespace Microsoft.ML.Snip.Mutations;

/// <summary>Verdicts as Markdown.</summary>
internal static class Report
{
    public static string Summary(IReadOnlyCollection<Verdict> verdicts)
    {
        int counting = verdicts.Count(verdict => verdict.Counts), killed = verdicts.Count(verdict => verdict.Killed);
        var text = new StringBuilder();
        double share = 100.0 * killed / Math.Max(1, counting);
        text.AppendLine(CultureInfo.InvariantCulture, $"{killed} of {counting} faults killed ({share:F1} %).");
        List(text, "Survivors", verdicts.Where(verdict => verdict.Outcome == Outcome.Survived));
        List(text, "Not built, so no trial", verdicts.Where(verdict => verdict.Outcome == Outcome.NotBuilt));
        List(text, "Not found in the library", verdicts.Where(verdict => verdict.Outcome == Outcome.NotFound));
        return text.ToString();
    }

    public static string Markdown(IReadOnlyCollection<Verdict> verdicts)
    {
        var text = new StringBuilder("# Mutation trial\n\n");
        text.AppendLine(Summary(verdicts));
        text.AppendLine("| fault | file | outcome | first test that noticed | seconds |").AppendLine("| --- | --- | --- | --- | ---: |");
        foreach (Verdict verdict in verdicts)
        {
            text.AppendLine(Line(verdict));
        }

        return text.ToString();
    }

    public static string Line(Verdict verdict) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {verdict.Fault.Name} | {verdict.Fault.File} | {Name(verdict.Outcome)} | {OneLine(verdict.Reason)} | {verdict.Seconds:F0} |");

    private static string OneLine(string text) => text.Replace('|', '/').ReplaceLineEndings(" ");

    private static void List(StringBuilder text, string title, IEnumerable<Verdict> verdicts)
    {
        string names = string.Join("; ", verdicts.Select(verdict => $"{verdict.Fault.Name} ({verdict.Fault.File})"));
        if (names.Length > 0)
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{title}: {names}.");
        }
    }

    private static string Name(Outcome outcome) => outcome switch
    {
        Outcome.KilledByItsTests => "killed",
        Outcome.KilledByOthers => "killed by other tests",
        Outcome.BrokeDown => "killed: broke down",
        Outcome.Survived => "**survived**",
        Outcome.NotBuilt => "not built",
        _ => "not found",
    };
}
