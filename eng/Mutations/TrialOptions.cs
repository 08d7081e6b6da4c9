using System.Globalization;

namespace Microsoft.ML.Snip.Mutations;

/// <summary>What the command line says.</summary>
/// <param name="Only">Parts of the names or files of the faults to try, with commas between; empty for all.</param>
/// <param name="From">The number of the first fault to try, from 1.</param>
/// <param name="Jobs">How many to try at a time, each in a copy of its own.</param>
/// <param name="Quick">Whether to run only the tests that should notice.</param>
/// <param name="Check">Whether to look for the faults' lines only.</param>
/// <param name="Output">A file for the results, or empty.</param>
/// <param name="Work">The folder of the copies.</param>
internal sealed record TrialOptions(string Only, int From, int Jobs, bool Quick, bool Check, string Output, string Work)
{
    public const string Usage = """
        Usage: dotnet run -c Release --project eng/Mutations -- [options]
          --only TEXTS   the faults whose name or file contains one of them (with commas between)
          --from N       go on from the N-th
          --jobs N       as many at a time
          --quick        only the tests that should notice, not the whole suite
          --check        only look whether each fault's line is there
          --output FILE  write the results there, as Markdown
          --work FOLDER  where copies of the repository are made (they stay, and save time the next time)
        """;

    /// <exception cref="ArgumentException">There is no such option.</exception>
    public static TrialOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new TrialOptions("", 1, 1, false, false, "", Path.Combine(Path.GetTempPath(), "snip-mutations"));
        for (int at = 0; at < arguments.Length; at++)
        {
            bool hasValue = at + 1 < arguments.Length;
            options = arguments[at] switch
            {
                "--quick" => options with { Quick = true },
                "--check" => options with { Check = true },
                "--only" when hasValue => options with { Only = arguments[++at] },
                "--from" when hasValue => options with { From = int.Parse(arguments[++at], CultureInfo.InvariantCulture) },
                "--jobs" when hasValue => options with { Jobs = int.Parse(arguments[++at], CultureInfo.InvariantCulture) },
                "--output" when hasValue => options with { Output = Path.GetFullPath(arguments[++at]) },
                "--work" when hasValue => options with { Work = Path.GetFullPath(arguments[++at]) },
                _ => throw new ArgumentException($"'{arguments[at]}' is no option, or lacks its value.\n{Usage}"),
            };
        }

        return options;
    }

    public bool Takes(Fault fault) => Array.Exists(
        Only.Split(','), text => $"{fault.Name}\n{fault.File}".Contains(text, StringComparison.OrdinalIgnoreCase));
}
