using System.Globalization;

namespace Microsoft.ML.Snip.Tests.Samples;

/// <summary>The program that prints the paper's rows beside measured ones.</summary>
[TestClass]
public class PaperTablesTests
{
    [TestMethod]
    public void ARowIsMeasuredWithinAFewSeconds()
    {
        ProcessRun run = Run("--row", "lenet300", "--minutes", "1", "--epochs", "5", "--images", "2000", "--random-mask");
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        Assert.AreEqual(string.Empty, run.Errors);
        string[] rows = [.. run.Output.Split('\n').Where(line => line.StartsWith("| LeNet300 |", StringComparison.Ordinal))];
        Assert.HasCount(2, rows, "the paper has LeNet-300-100 at two sparsities");
        StringAssert.StartsWith(rows[0], "| LeNet300 | 95 | 267k / 266,200 | 13.3k / 13,310 | 1.7 / ");
        StringAssert.StartsWith(rows[1], "| LeNet300 | 98 | 267k / 266,200 | 5.3k / 5,324 | 1.7 / ");
        StringAssert.EndsWith(rows[0].TrimEnd(), "| MNIST / Fashion-MNIST, shipped part |");
        string[] header = run.Output.Split('\n').Single(line => line.StartsWith("| network |", StringComparison.Ordinal)).Split('|');
        string[] cells = rows[0].Split('|');
        Assert.HasCount(header.Length, cells);
        Assert.HasCount(
            header.Length, run.Output.Split('\n').Single(line => line.StartsWith("| --- |", StringComparison.Ordinal)).Split('|'));
        string Cell(string column) => cells[Array.IndexOf(header, $" {column} ")].Trim();
        Assert.AreEqual("2,000", Cell("training images"));
        double random = double.Parse(Cell("error random mask"), CultureInfo.InvariantCulture);
        Assert.IsTrue(random is > 5 and < 80, $"{random} % errors");
    }

    [TestMethod]
    public void MaskUpdatesChangeThePrunedNetworkAlone()
    {
        string[] still = ErrorsOf(), moved = ErrorsOf("--drop-fraction", "0.5");
        Assert.AreEqual(still[0], moved[0], "the dense network");
        Assert.AreNotEqual(still[1], moved[1], "the pruned network");

        static string[] ErrorsOf(params string[] more)
        {
            ProcessRun run = Run(["--row", "lenet300", "--minutes", "1", "--epochs", "2", .. more]);
            Assert.AreEqual(0, run.ExitCode, run.Errors);
            string[] cells = run.Output.Split('\n').Last(line => line.StartsWith("| LeNet300 |", StringComparison.Ordinal)).Split('|');
            return [cells[5], cells[6]];
        }
    }

    [TestMethod]
    [DataRow("--row", "Nope", "LeNet300")]
    [DataRow("--row", "1", "LeNet300")]
    [DataRow("--minutes", "0", "above 0")]
    [DataRow("--minutes", "NaN", "'NaN'")]
    [DataRow("--epochs", "1.5", "'1.5'")]
    [DataRow("--images", "-3", "'-3'")]
    [DataRow("--sparsity", "1", "'1'")]
    [DataRow("--drop-fraction", "NaN", "'NaN'")]
    [DataRow("--layer", "fc1", "'fc1'")]
    [DataRow("--layer", "fc1=2", "'fc1=2'")]
    [DataRow("--cifar10", "no-such-folder", "no-such-folder")]
    [DataRow("--tiny-imagenet", "no-such-folder", "no-such-folder")]
    [DataRow("--fashion-mnist", "no-such-folder", "no-such-folder")]
    [DataRow("--unknown", "option", "--unknown")]
    public void WhatCannotBeDoneIsSaidInOneLine(string option, string value, string says) =>
        Run(option, value).RequireRefusal(says);

    [TestMethod]
    [DataRow("--layer", "nope=0.5", "'nope'")]
    [DataRow("--images", "1", "classes")]
    public void WhatTheFirstRowFindsOutIsSaidInOneLineToo(string option, string value, string says) =>
        Run("--row", "lenet300", "--minutes", "0.5", "--epochs", "1", option, value).RequireRefusal(says);

    private static ProcessRun Run(params string[] arguments) => ProcessRun.Dotnet([BuildPaths.Of("PaperTables"), .. arguments]);
}
