using System.Globalization;
using System.Text.RegularExpressions;

namespace Microsoft.ML.Snip.Tests.Samples;

/// <summary>The program with networks of its own prunes both and learns with them.</summary>
[TestClass]
public partial class CustomNetworkTests
{
    [TestMethod]
    public void BothNetworksArePrunedAndLearn()
    {
        ProcessRun run = ProcessRun.Dotnet(BuildPaths.Of("CustomNetwork"));
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        StringAssert.Contains(run.Output, "residual: 860 of 17,200 connections kept");
        StringAssert.Contains(run.Output, "converted: 1,444 of 28,880 connections kept");
        double[] accuracies =
            [.. Accuracy().Matches(run.Output).Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
        Assert.HasCount(2, accuracies);
        Assert.IsTrue(accuracies.All(accuracy => accuracy > 0.65), run.Output);
    }

    [GeneratedRegex(@"accuracy (\d\.\d+)")]
    private static partial Regex Accuracy();
}
