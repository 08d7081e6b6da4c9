using System.Globalization;

namespace Microsoft.ML.Snip.Tests.Reports;

/// <summary>A report printed as it is.</summary>
[TestClass]
public class PruningReportTextTests
{
    [TestMethod]
    public void AReportPrintsAsATable()
    {
        var report = new PruningReport(
            "small", [new LayerReport("conv1.weight", 500, 250, 576), new LayerReport("fc1.weight", 400_000, 4000, 1)]);
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        try
        {
            string[] expected =
            [
                "small: sparsity 0.9894, 296,000 of 1,376,000 FLOPs an image",
                "layer         connections   kept  density    FLOPs",
                "conv1.weight          500    250  50.00 %  288,000",
                "fc1.weight        400,000  4,000   1.00 %    8,000",
                "all               400,500  4,250   1.06 %  296,000",
            ];
            Assert.AreEqual(string.Join(Environment.NewLine, expected), report.ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestMethod]
    public void AReportWithoutLayersPrintsToo() => StringAssert.Contains(new PruningReport("none", []).ToString(), "none: sparsity 0.0000");
}
