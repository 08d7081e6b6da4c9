using Microsoft.ML.Snip.DataViews;

namespace Microsoft.ML.Snip.Tests.DataViews;

[TestClass]
public class PresentColumnsTests
{
    [TestMethod]
    [DataRow(0, "; there are no columns")]
    [DataRow(1, "; the only column is 'c0'")]
    [DataRow(2, "; the columns are 'c0' and 'c1'")]
    [DataRow(3, "; the columns are 'c0', 'c1' and 'c2'")]
    public void ColumnsAreListed(int count, string expected) =>
        Assert.AreEqual(expected, PresentColumns.List(Enumerable.Range(0, count).Select(number => $"c{number}")));

    [TestMethod]
    public void OfManyTheFirstAreListed()
    {
        string list = PresentColumns.List(Enumerable.Range(0, 100).Select(number => $"c{number}"));
        StringAssert.StartsWith(list, "; the first 20 of 100 columns are 'c0', ");
        StringAssert.EndsWith(list, "'c19'");
    }

    [TestMethod]
    public void HiddenColumnsAreNotListed()
    {
        IDataView view = Rows.Keyed(new Rows.Numbers { Image = [1, 2, 3, 4], Label = "a" });
        Assert.AreEqual("; the columns are 'Image' and 'Label'", PresentColumns.List(view.Schema));
    }
}
