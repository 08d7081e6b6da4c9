using Microsoft.ML.Snip.Mutations;

// Makes the library wrong, one line at a time, and says which faults the tests do not notice:
// dotnet run -c Release --project eng/Mutations -- [options]
// The exit code is 1 if more than a tenth of the faults survive, or if one could not be tried.
TrialOptions options;
try
{
    options = TrialOptions.Parse(args);
}
catch (ArgumentException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}

string? root = Environment.CurrentDirectory;
while (root is not null && !File.Exists(Path.Combine(root, "MLSnip.sln")))
{
    root = Path.GetDirectoryName(root);
}

if (root is null)
{
    Console.Error.WriteLine("Run this inside the repository.");
    return 2;
}

Fault[] faults =
[
    .. Directory.EnumerateFiles(Path.Combine(root, "eng", "Mutations", "Faults"), "*.txt").Order(StringComparer.Ordinal)
        .SelectMany(list => Fault.ReadAll(list, Path.Combine(root, "Microsoft.ML.Snip.Tests"))).Where(options.Takes).Skip(options.From - 1),
];
if (options.Check)
{
    int missing = 0;
    foreach (Fault fault in faults)
    {
        try
        {
            fault.Apply(File.ReadAllText(Path.Combine(root, "Microsoft.ML.Snip", fault.File)));
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            missing++;
            Console.WriteLine($"{fault.Name}: {exception.Message}");
        }
    }

    Console.WriteLine($"{faults.Length} faults, {missing} not found.");
    return missing == 0 ? 0 : 1;
}

WorkingCopy[] copies = [.. Enumerable.Range(1, options.Jobs).Select(job => new WorkingCopy(root, Path.Combine(options.Work, $"{job}")))];
int done = 0;
var trial = new Trial(options.Quick, verdict => Console.WriteLine($"{++done}/{faults.Length} {Report.Line(verdict)}"));
Verdict[] verdicts = await trial.Run(faults, copies);
Console.WriteLine();
Console.WriteLine(Report.Summary(verdicts));
if (options.Output.Length > 0)
{
    File.WriteAllText(options.Output, Report.Markdown(verdicts));
}

return Array.TrueForAll(verdicts, verdict => verdict.Counts) && verdicts.Count(verdict => verdict.Killed) >= 0.9 * verdicts.Length ? 0 : 1;
