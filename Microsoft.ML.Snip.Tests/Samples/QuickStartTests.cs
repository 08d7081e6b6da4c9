using System.Globalization;
using System.Text.RegularExpressions;

namespace Microsoft.ML.Snip.Tests.Samples;

/// <summary>The program that people run first: other programs read its last line, and what it cannot do it says in one line.</summary>
[TestClass]
public partial class QuickStartTests
{
    private static readonly string Model = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".zip");

    [ClassCleanup]
    public static void Clean() => File.Delete(Model);

    [TestMethod]
    public void AShortRunEndsWithTheLineThatSumsItUp()
    {
        ProcessRun run = Run("--epochs", "1", "--model", Model);
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        Assert.AreEqual(string.Empty, run.Errors);
        string last = run.Output.TrimEnd().Split('\n')[^1];
        Match match = LastLine.Match(last);
        Assert.IsTrue(match.Success, last);
        Assert.AreEqual(new FileInfo(Model).Length, long.Parse(match.Groups["bytes"].Value, CultureInfo.InvariantCulture));
        Assert.IsGreaterThan(0.5, double.Parse(match.Groups["accuracy"].Value, CultureInfo.InvariantCulture), "of ten classes");
    }

    [TestMethod]
    [DataRow("--sparsity", "2", "[0, 1)")]
    [DataRow("--sparsity", "0,98", "[0, 1)")]
    [DataRow("--sparsity", "0.99999", "fc1")]
    [DataRow("--epochs", "x", "'x'")]
    [DataRow("--epochs", "0", "at least 1")]
    [DataRow("--drop-fraction", "1", "[0, 1)")]
    [DataRow("--seed", "1.5", "'1.5'")]
    [DataRow("--architecture", "Nope", "LeNet5")]
    [DataRow("--architecture", "1", "LeNet5")]
    [DataRow("--model", "no-such-folder/model.zip", "no-such-folder")]
    [DataRow("--data", "no-such-folder", "no-such-folder")]
    [DataRow("--unknown", "option", "--unknown")]
    public void WhatCannotBeDoneIsSaidInOneLine(string option, string value, string says) =>
        Run(option, value).RequireRefusal(says);

    [TestMethod]
    public void HelpNamesEveryOption()
    {
        ProcessRun run = Run("--help");
        Assert.AreEqual(0, run.ExitCode);
        Assert.AreEqual(string.Empty, run.Errors);
        foreach (string option in new[] { "--architecture", "--sparsity", "--epochs", "--drop-fraction", "--seed", "--model", "--data" })
        {
            StringAssert.Contains(run.Output, option);
        }
    }

    private static ProcessRun Run(params string[] arguments) => ProcessRun.Dotnet([BuildPaths.Of("QuickStart"), .. arguments]);

    [GeneratedRegex(
        @"^architecture LeNet300 sparsity 0\.9800 kept 5324 of 266200 "
        + @"accuracy (?<accuracy>0\.\d{4}) logloss \d+\.\d{4} modelbytes (?<bytes>\d+) seconds \d+\.\d$")]
    private static partial Regex LastLine { get; }
}
