using Microsoft.ML.Snip.Formats;

namespace Microsoft.ML.Snip.Tests.Formats;

/// <summary>The readers' own bounds, at the last value that is right and the first that is not.</summary>
[TestClass]
public class ReaderTests
{
    [TestMethod]
    public void APositionIsBelowRowsTimesColumns()
    {
        var collector = new RowCollector(3, 4, keptCount: 3, "positions");
        collector.Add(1);
        collector.Add(11);
        var exception = Assert.ThrowsExactly<FormatException>(() => collector.Add(12));
        StringAssert.Contains(exception.Message, "position 12 of a matrix of 3 x 4");
        Assert.ThrowsExactly<FormatException>(() => collector.RequireInside(12));
        collector.RequireInside(11);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => collector.Finish()).Message, "are 2; expected 3");
    }

    [TestMethod]
    public void RowsWithoutWeightsAreEmptyWhereverTheyAre()
    {
        var collector = new RowCollector(5, 4, keptCount: 2, "positions");
        collector.Add(4);
        collector.Add(9);
        (int[] rowStart, int[] column) = collector.Finish();
        CollectionAssert.AreEqual(new[] { 0, 0, 1, 2, 2, 2 }, rowStart);
        CollectionAssert.AreEqual(new[] { 0, 1 }, column);
        Assert.ThrowsExactly<FormatException>(() => collector.Add(10), "more than there are");
    }

    [TestMethod]
    public void APayloadIsReadToItsEnd()
    {
        var reader = new PayloadReader(new byte[] { 7, 2, 0, 0, 0, 5, 6, 9 });
        Assert.AreEqual(7, reader.ReadByte("a number"));
        CollectionAssert.AreEqual(new byte[] { 5, 6 }, reader.ReadBlock("a block").ToArray());
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(reader.RequireEnd).Message, "1 bytes are left");
        Assert.AreEqual(9, reader.ReadByte("a number"));
        reader.RequireEnd();
        Assert.ThrowsExactly<FormatException>(() => reader.ReadByte("a number"));
        StringAssert.Contains(
            Assert.ThrowsExactly<FormatException>(() => new PayloadReader(new byte[] { 3, 0, 0, 0, 1, 2 }).ReadBlock("a block")).Message, "For a block 3 bytes");
    }
}
