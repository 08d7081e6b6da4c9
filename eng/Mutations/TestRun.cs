using System.Xml.Linq;

namespace Microsoft.ML.Snip.Mutations;

/// <summary>What some tests said.</summary>
/// <param name="Executed">How many were run; 0 if the run was ended or broke down.</param>
/// <param name="Failed">The names of those that failed.</param>
/// <param name="TimedOut">Whether they took too long.</param>
/// <param name="Output">What was written to the console.</param>
internal sealed record TestRun(int Executed, IReadOnlyList<string> Failed, bool TimedOut, string Output)
{
    /// <summary>Whether tests did not even end, or the process that ran them broke down.</summary>
    public bool BrokeDown { get; private init; }

    /// <param name="assembly">The tests.</param>
    /// <param name="filter">Which of them, or null for all.</param>
    /// <param name="limit">How long they may take.</param>
    public static async Task<TestRun> Start(string assembly, string? filter, TimeSpan limit)
    {
        string results = Directory.CreateTempSubdirectory("snip-mutation").FullName;
        try
        {
            string[] which = filter is null ? [] : ["--filter", filter];
            CommandResult run = await Commands.Run(
                Path.GetDirectoryName(assembly)!, limit, "dotnet",
                ["test", assembly, "--logger", "trx", "--results-directory", results, .. which]);
            string? log = Directory.EnumerateFiles(results, "*.trx").FirstOrDefault();
            if (log is null)
            {
                return new TestRun(0, [], run.ExitCode is null, run.Output) { BrokeDown = run.ExitCode is not null and not 0 };
            }

            XElement root = XDocument.Load(log).Root!;
            XNamespace space = root.Name.Namespace;
            var names = root.Descendants(space + "UnitTest").ToDictionary(
                test => test.Attribute("id")!.Value,
                test => test.Element(space + "TestMethod")!.Attribute("className")!.Value.Split('.')[^1]);
            XElement[] ended = [.. root.Descendants(space + "UnitTestResult")];
            string[] failed =
            [
                .. ended.Where(test => test.Attribute("outcome")?.Value is not ("Passed" or "NotExecuted"))
                    .Select(test => $"{names[test.Attribute("testId")!.Value]}.{test.Attribute("testName")!.Value}")
                    .Distinct().Order(StringComparer.Ordinal),
            ];
            bool aborted = root.Element(space + "ResultSummary")?.Attribute("outcome")?.Value == "Aborted"
                || (failed.Length == 0 && run.ExitCode is not null and not 0);
            return new TestRun(ended.Length, failed, run.ExitCode is null, run.Output) { BrokeDown = aborted };
        }
        finally
        {
            Directory.Delete(results, recursive: true);
        }
    }
}
