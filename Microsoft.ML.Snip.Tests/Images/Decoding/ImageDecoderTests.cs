using System.Buffers.Binary;
using Microsoft.ML.Snip.Images.Decoding;
using SkiaSharp;

namespace Microsoft.ML.Snip.Tests.Images.Decoding;

[TestClass]
public class ImageDecoderTests
{
    private static readonly Dictionary<string, string> OneImage = new()
    {
        ["GIF"] = "R0lGODdhAgACAIEAAMgKHgAAAAAAAAAAACwAAAAAAgACAAAIBgABCAQQEAA7",
        ["ICO"] = "AAABAAEAAgIAAAAAIABPAAAAFgAAAIlQTkcNChoKAAAADUlIRFIAAAACAAAAAggCAAAA/dSacwAAABZJREFUeJxjPMEl"
            + "x8DAwMTAwMDAwAAADBQA9OlnPxMAAAAASUVORK5CYII=",
        ["WebP"] = "UklGRh4AAABXRUJQVlA4TBEAAAAvAUAAAAdQhSLXo/+BiOh/AAA=",
        ["BMP"] = "Qk1GAAAAAAAAADYAAAAoAAAAAgAAAAIAAAABABgAAAAAABAAAADEDgAAxA4AAAAAAAAAAAAAHgrIHgrIAAAeCsgeCsgAAA==",
    };

    [TestMethod]
    [DataRow("GIF")]
    [DataRow("ICO")]
    [DataRow("WebP")]
    [DataRow("BMP")]
    public void Files_of_other_formats_are_read(string format)
    {
        byte[] file = Convert.FromBase64String(OneImage[format]);
        Assert.IsTrue(ImageFormat.IsReadable(file));
        using DecodedImage image = Decode(file);
        Assert.AreEqual((2, 2), (image.Width, image.Height));
        byte[] expected = [.. Enumerable.Repeat<byte[]>([200, 10, 30, 255], 4).SelectMany(pixel => pixel)];
        CollectionAssert.AreEqual(expected, image.Pixels.ToArray());
    }

    [TestMethod]
    [DataRow(1, "ABCD")]
    [DataRow(2, "BADC")]
    [DataRow(3, "DCBA")]
    [DataRow(4, "CDAB")]
    [DataRow(5, "ACBD")]
    [DataRow(6, "CADB")]
    [DataRow(7, "DBCA")]
    [DataRow(8, "BDAC")]
    public void Images_stand_upright_whatever_their_orientation(int orientation, string quarters)
    {
        byte[] file = ImageFiles.Oriented(orientation);
        using DecodedImage image = Decode(file);
        Assert.AreEqual(orientation > 4 ? (48, 32) : (32, 48), (image.Width, image.Height));
        int[] greys = [0, 80, 160, 255];
        for (int quarter = 0; quarter < 4; quarter++)
        {
            int x = (quarter % 2 == 0 ? 1 : 3) * image.Width / 4, y = (quarter < 2 ? 1 : 3) * image.Height / 4;
            Assert.AreEqual(greys[quarters[quarter] - 'A'], image.Pixels[4 * ((y * image.Width) + x)], 2, $"quarter {quarter}");
        }
    }

    [TestMethod]
    [DataRow(1, 60, 40, 0, 20)]
    [DataRow(3, 60, 40, 59, 20)]
    [DataRow(6, 40, 60, 20, 0)]
    [DataRow(8, 40, 60, 20, 59)]
    public void The_white_third_lies_where_a_viewer_shows_it(int orientation, int width, int height, int x, int y)
    {
        using DecodedImage image = Decode(ImageFiles.Fixture($"orientation-{orientation}.jpg"));
        Assert.AreEqual((width, height), (image.Width, image.Height));
        Assert.IsGreaterThan(240, image.Pixels[4 * ((y * width) + x)], "white");
        Assert.IsLessThan(16, image.Pixels[4 * (((height - 1 - y) * width) + width - 1 - x)], "black on the other side");
    }

    [TestMethod]
    public void A_jpeg_without_its_last_marker_is_read_and_one_without_its_last_rows_is_not()
    {
        foreach (string name in new[] { "baseline.jpg", "restarts.jpg", "progressive.jpg" })
        {
            byte[] file = ImageFiles.Fixture(name);
            using DecodedImage whole = Decode(file);
            using DecodedImage unmarked = Decode(file[..^2]);
            Assert.IsTrue(whole.Pixels.SequenceEqual(unmarked.Pixels), name);
            for (int length = file.Length - 3; length > 0; length--)
            {
                using DecodedImage? cut = ImageDecoder.TryDecode(file.AsSpan(0, length), target: null, out string? fault);
                Assert.AreEqual(cut is null, fault is not null);
                Assert.IsTrue(
                    cut is null || name == "progressive.jpg" || whole.Pixels.SequenceEqual(cut.Pixels), $"{name}, {length} bytes");
                Assert.IsTrue(cut is null || length > file.Length / 3, $"{name}, {length} bytes");
            }
        }
    }

    [TestMethod]
    public void A_wrong_checksum_matters_only_where_rows_depend_on_it()
    {
        byte[] png = ImageFiles.Encode(
            SKEncodedImageFormat.Png, 60, 300, (x, y) => new SKColor((byte)(x * y), (byte)(x + (y * y)), (byte)((x * x * 7) + y)));
        using DecodedImage whole = Decode(png);
        (int Start, int Length, string Type)[] chunks = [.. ImageFiles.ChunksOf(png)];
        Assert.IsGreaterThan(1, chunks.Count(chunk => chunk.Type == "IDAT"));
        foreach ((int start, int length, string type) in chunks)
        {
            byte[] wrong = [.. png];
            wrong[start + length - 1] ^= 1;
            bool matters = type == "IHDR" || (type == "IDAT" && start != chunks.Last(chunk => chunk.Type == "IDAT").Start);
            using DecodedImage? image = ImageDecoder.TryDecode(wrong, target: null, out string? fault);
            Assert.AreEqual(matters, fault is not null, $"{type} at {start}");
            Assert.IsTrue(matters || whole.Pixels.SequenceEqual(image!.Pixels));
        }

        byte[] text = ImageFiles.Chunk("tEXt", [.. "Title\0x"u8]);
        text[^1] ^= 1;
        int header = chunks[1].Start;
        using DecodedImage titled = Decode([.. png[..header], .. text, .. png[header..]]);
        Assert.IsTrue(whole.Pixels.SequenceEqual(titled.Pixels));
        using DecodedImage endless = Decode(png[..chunks[^1].Start]);
        Assert.IsTrue(whole.Pixels.SequenceEqual(endless.Pixels), "without the end");
        StringAssert.Contains(Fault(png[..(chunks[^1].Start - 100)]), "cannot be decoded (IncompleteInput): they end before");
    }

    [TestMethod]
    public void Photos_are_decoded_no_larger_than_it_takes()
    {
        byte[] jpeg = ImageFiles.Encode(SKEncodedImageFormat.Jpeg, 801, 402, (x, y) => new SKColor((byte)(x / 4), (byte)(y / 2), 100));
        foreach ((ImageShape target, int width, int height) in new[]
                 {
                     (new ImageShape(3, 25, 50), 101, 51),
                     (new ImageShape(3, 26, 50), 201, 101),
                     (new ImageShape(1, 25, 51), 201, 101),
                     (new ImageShape(3, 100, 100), 401, 201),
                     (new ImageShape(3, 110, 100), 801, 402),
                     (new ImageShape(3, 402, 801), 801, 402),
                     (new ImageShape(3, 2000, 2000), 801, 402),
                 })
        {
            using DecodedImage? image = ImageDecoder.TryDecode(jpeg, target, out _);
            Assert.AreEqual((width, height), (image!.Width, image.Height), $"{target}");
            int middle = 4 * ((height / 2 * width) + (width / 2));
            Assert.AreEqual(100, image.Pixels[middle], 3, "red is a quarter of the column");
            Assert.AreEqual(100, image.Pixels[middle + 1], 3, "green is half of the row");
        }

        byte[] png = ImageFiles.Encode(SKEncodedImageFormat.Png, 801, 402, (x, y) => SKColors.Red);
        using DecodedImage? whole = ImageDecoder.TryDecode(png, new ImageShape(3, 2, 2), out _);
        Assert.AreEqual(801, whole!.Width, "only JPEG is made for it");
    }

    [TestMethod]
    public void A_photo_on_its_side_is_large_enough_both_ways()
    {
        byte[] stored = ImageFiles.Oriented(6);
        using DecodedImage? exact = ImageDecoder.TryDecode(stored, new ImageShape(3, 8, 12), out _);
        Assert.AreEqual((24, 16), (exact!.Width, exact.Height));
        using DecodedImage? higher = ImageDecoder.TryDecode(stored, new ImageShape(3, 12, 8), out _);
        Assert.AreEqual((48, 32), (higher!.Width, higher.Height));
    }

    [TestMethod]
    public void Sizes_beyond_reason_are_refused_before_memory_is_taken()
    {
        byte[] png = ImageFiles.Encode(SKEncodedImageFormat.Png, 8, 8, (x, y) => SKColors.Red);
        var size = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(size, 60000);
        BinaryPrimitives.WriteInt32BigEndian(size.AsSpan(4), 60000);
        byte[] hugePng = [.. png[..8], .. ImageFiles.Chunk("IHDR", [.. size, .. png[24..29]]), .. png[33..]];
        byte[] hugeJpeg = ImageFiles.Fixture("progressive.jpg");
        int frame = hugeJpeg.AsSpan().IndexOf<byte>([0xFF, 0xC2]);
        BinaryPrimitives.WriteUInt16BigEndian(hugeJpeg.AsSpan(frame + 5), 60000);
        BinaryPrimitives.WriteUInt16BigEndian(hugeJpeg.AsSpan(frame + 7), 60000);
        foreach (byte[] file in new[] { hugePng, hugeJpeg })
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            string fault = Fault(file);
            Assert.IsLessThan(1 << 20, GC.GetAllocatedBytesForCurrentThread() - before);
            StringAssert.Contains(fault, "60000 x 60000");
            StringAssert.Contains(fault, "134217728");
        }
    }

    [TestMethod]
    public void What_cannot_be_read_is_named()
    {
        byte[] tiff = [.. "II*\0"u8, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.IsFalse(ImageFormat.IsReadable(tiff));
        StringAssert.Contains(Fault(tiff), "TIFF");
        StringAssert.Contains(Fault([0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0]), "HEIF");
        StringAssert.Contains(Fault([0, 0, 0, 24, .. "ftypavif"u8, 0, 0, 0, 0]), "AVIF");
        StringAssert.Contains(Fault([.. "hello"u8]), "are not an image in a known format (PNG");
        StringAssert.Contains(Fault([]), "not an image");
        StringAssert.Contains(Fault([0xFF, 0xD8, 0xFF]), "no valid header");
        Assert.IsFalse(ImageFormat.IsReadable("BMW and others"u8));
        Assert.IsNull(ImageFormat.NameUnreadable("hello"u8));
    }

    [TestMethod]
    public void Many_threads_decode_at_once()
    {
        byte[][] files = [.. Enumerable.Range(1, 8).Select(ImageFiles.Oriented), ImageFiles.Fixture("baseline.jpg")[..^2]];
        byte[][] expected = Array.ConvertAll(files, PixelsOf);
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, run =>
            Assert.IsTrue(expected[run % files.Length].AsSpan().SequenceEqual(PixelsOf(files[run % files.Length]))));
    }

    private static byte[] PixelsOf(byte[] file)
    {
        using DecodedImage image = Decode(file);
        return image.Pixels.ToArray();
    }

    private static DecodedImage Decode(byte[] file)
    {
        DecodedImage? image = ImageDecoder.TryDecode(file, target: null, out string? fault);
        Assert.IsNull(fault, fault);
        return image!;
    }

    private static string Fault(byte[] file)
    {
        Assert.IsNull(ImageDecoder.TryDecode(file, target: null, out string? fault));
        return fault!;
    }
}
