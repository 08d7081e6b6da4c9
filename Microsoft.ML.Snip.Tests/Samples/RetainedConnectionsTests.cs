using SkiaSharp;

namespace Microsoft.ML.Snip.Tests.Samples;

/// <summary>The program that draws what pruning keeps, and shows that a sparse network cannot learn labels by heart.</summary>
[TestClass]
public class RetainedConnectionsTests
{
    [TestMethod]
    public void OneDrawIsEnoughForASheetOfElevenColumnsAndSixRows()
    {
        using var file = new TemporaryFile();
        string path = file.Path;
        ProcessRun run = Run("--draws", "1", "--output", path);
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        StringAssert.Contains(run.Output, path);
        using SKBitmap sheet = SKBitmap.Decode(path);
        Assert.IsGreaterThan(11 * 28 * 4, sheet.Width);
        Assert.IsGreaterThan(6 * 28 * 4, sheet.Height);
        Assert.IsGreaterThan(50, sheet.Pixels.Distinct().Count(), "the maps have many shades");
    }

    [TestMethod]
    public void LearningCurvesHaveALineAnEpoch()
    {
        ProcessRun run = Run("--learning-curves", "--images", "300", "--epochs", "2");
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        string[] lines = run.Output.TrimEnd().Split('\n');
        Assert.HasCount(4, lines, run.Output);
        StringAssert.Contains(lines[1], "sparse, random labels");
        Assert.HasCount(5, lines[3].Split('|'), "the epoch and four networks");
    }

    [TestMethod]
    [DataRow("--draws", "0", "at least 1")]
    [DataRow("--epochs", "x", "'x'")]
    [DataRow("--images", "1.5", "'1.5'")]
    [DataRow("--output", "no-such-folder/sheet.png", "no-such-folder")]
    [DataRow("--data", "no-such-folder", "no-such-folder")]
    [DataRow("--unknown", "option", "--unknown")]
    public void WhatCannotBeDoneIsSaidInOneLine(string option, string value, string says) =>
        Run(option, value).RequireRefusal(says);

    private static ProcessRun Run(params string[] arguments) => ProcessRun.Dotnet([BuildPaths.Of("RetainedConnections"), .. arguments]);
}
