using Microsoft.ML.Snip.Formats.Files;
using Microsoft.ML.Snip.Formats.Model;

namespace Microsoft.ML.Snip.Tests.Formats.Files;

/// <summary>The readers' own bounds, at the last value that is right and the first that is not.</summary>
[TestClass]
public class ReaderTests
{
    [TestMethod]
    public void APositionIsBelowRowsTimesColumns()
    {
        (int[] rowStart, int[] column) = ReadPositions([1, 9], keptCount: 2);
        CollectionAssert.AreEqual(new[] { 0, 1, 1, 2 }, rowStart);
        CollectionAssert.AreEqual(new[] { 1, 3 }, column);
        var exception = Assert.ThrowsExactly<FormatException>(() => ReadPositions([1, 10], keptCount: 2));
        StringAssert.Contains(exception.Message, "position 12, which is outside the matrix of 3 x 4");
    }

    [TestMethod]
    public void RowsWithoutWeightsAreEmptyWhereverTheyAre()
    {
        using ContentReader content = ContentOf(4, 4);
        (int[] rowStart, int[] column) = KeptPositions.Read(content, rows: 5, columns: 4, keptCount: 2, "positions");
        CollectionAssert.AreEqual(new[] { 0, 0, 1, 2, 2, 2 }, rowStart);
        CollectionAssert.AreEqual(new[] { 0, 1 }, column);
    }

    [TestMethod]
    public void LongGapsAreContinuedButNotBeyondTheMatrix()
    {
        using ContentReader right = ContentOf(255, 255, 3);
        (int[] rowStart, int[] column) = KeptPositions.Read(right, rows: 2, columns: 300, keptCount: 1, "positions");
        CollectionAssert.AreEqual(new[] { 0, 0, 1 }, rowStart);
        CollectionAssert.AreEqual(new[] { 213 }, column);
        byte[] endless = new byte[10_000];
        endless.AsSpan().Fill(255);
        using ContentReader wrong = ContentOf(endless);
        Assert.ThrowsExactly<FormatException>(() => KeptPositions.Read(wrong, rows: 2, columns: 300, keptCount: 1, "positions"));
        StringAssert.Contains(
            Assert.ThrowsExactly<FormatException>(() => ReadPositions([1], keptCount: 2)).Message, "ends before its positions");
    }

    [TestMethod]
    public void ContentIsReadToItsEnd()
    {
        using ContentReader content = ContentOf(7, 2, 0, 0, 0, 9);
        Assert.AreEqual(7, content.ReadByte("number"));
        Assert.AreEqual(2u, content.ReadUInt32("number"));
        using (ContentReader left = ContentOf(7, 9))
        {
            left.ReadByte("number");
            StringAssert.Contains(Assert.ThrowsExactly<FormatException>(left.RequireEnd).Message, "more content");
        }

        Assert.AreEqual(9, content.ReadByte("number"));
        content.RequireEnd();
        StringAssert.Contains(
            Assert.ThrowsExactly<FormatException>(() => content.ReadByte("number")).Message, "ends before its number");
    }

    [TestMethod]
    public void NothingMayFollowTheContentOrBeMissingOfIt()
    {
        byte[] whole = Compress([7, 9]);
        foreach ((byte[] bytes, string message) in new[]
                 {
                     ((byte[])[.. whole, 0], "There are data after the compressed content"),
                     (whole[..^1], "has no end"),
                     ((byte[])[0xff, .. whole], "not a valid Deflate stream"),
                 })
        {
            using var content = new ContentReader(bytes);
            StringAssert.Contains(
                Assert.ThrowsExactly<FormatException>(() =>
                {
                    content.ReadByte("number");
                    content.ReadByte("number");
                    content.RequireEnd();
                }).Message,
                message);
        }
    }

    private static (int[] RowStart, int[] Column) ReadPositions(byte[] gaps, int keptCount)
    {
        using ContentReader content = ContentOf(gaps);
        return KeptPositions.Read(content, rows: 3, columns: 4, keptCount, "positions");
    }

    private static ContentReader ContentOf(params byte[] bytes) => new(Compress(bytes));

    private static byte[] Compress(byte[] bytes)
    {
        var content = new ContentWriter();
        content.WritePart(bytes);
        return content.Finish().ToArray();
    }
}
