using Microsoft.ML.Snip.Formats.Files;

namespace Microsoft.ML.Snip.Tests.Formats.Files;

[TestClass]
public class SeekableCopyTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(65_536)]
    [DataRow(200_001)]
    public void AStreamIsReadToItsEnd(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        using MemoryStream copy = SeekableCopy.Of(new ForwardStream(bytes), maxBytes: length);
        Assert.AreEqual(0, copy.Position);
        CollectionAssert.AreEqual(bytes, copy.ToArray());
    }

    [TestMethod]
    public void AStreamThatDoesNotEndIsRefused() =>
        StringAssert.Contains(
            Assert.ThrowsExactly<FormatException>(() => SeekableCopy.Of(new ForwardStream(new byte[1000]), maxBytes: 999)).Message,
            "999 bytes");
}

/// <summary>As a network gives it: it can only be read on, a little at a time.</summary>
internal sealed class ForwardStream(byte[] bytes) : MemoryStream(bytes, writable: false)
{
    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(700, buffer.Length)]);

    public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(700, count));

    public override long Seek(long offset, SeekOrigin loc) => throw new NotSupportedException();
}
