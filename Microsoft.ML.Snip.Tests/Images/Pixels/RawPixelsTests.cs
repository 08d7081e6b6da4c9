using Microsoft.ML.Data;
using Microsoft.ML.Snip.Images;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Tests.DataViews;
using SkiaSharp;

namespace Microsoft.ML.Snip.Tests.Images.Pixels;

[TestClass]
public class ImagePixelsTests
{
    /// <summary>Two pixels: red 10, green 20, blue 30; and a grey of 200.</summary>
    private static readonly int[] Colours = [0x0A141E, 0xC8C8C8];

    [TestMethod]
    [DataRow(MLPixelFormat.Bgra32)]
    [DataRow(MLPixelFormat.Rgba32)]
    public void Colours_become_planes_of_red_green_and_blue(MLPixelFormat format)
    {
        using MLImage image = Rows.Pixels(2, format, byte.MaxValue, Colours);
        CollectionAssert.AreEqual(new float[] { 10, 200, 20, 200, 30, 200 }, Read(image, new ImageShape(3, 1, 2)));
    }

    [TestMethod]
    [DataRow(MLPixelFormat.Bgra32)]
    [DataRow(MLPixelFormat.Rgba32)]
    public void Grey_is_the_rounded_luma(MLPixelFormat format)
    {
        // 0.299 * 10 + 0.587 * 20 + 0.114 * 30 = 2.99 + 11.74 + 3.42 = 18.15
        using MLImage image = Rows.Pixels(2, format, byte.MaxValue, Colours);
        CollectionAssert.AreEqual(new float[] { 18, 200 }, Read(image, new ImageShape(1, 1, 2)));
    }

    [TestMethod]
    public void Grey_pixels_stay_exactly_as_they_are()
    {
        using MLImage image = Rows.Pixels([.. Enumerable.Range(0, 256).Select(value => value * 0x010101)]);
        CollectionAssert.AreEqual(Enumerable.Range(0, 256).Select(value => (float)value).ToArray(), Read(image, new ImageShape(1, 1, 256)));
    }

    [TestMethod]
    public void Transparent_images_are_laid_on_the_ground_whether_resized_or_not()
    {
        // Premultiplied by alpha 100: on white 155 are added, on #102030 by (155 x ground + 127) / 255: 10, 19, 29.
        int[] uniform = [.. Enumerable.Repeat(0x0A141E, 16)];
        foreach (MLPixelFormat format in new[] { MLPixelFormat.Bgra32, MLPixelFormat.Rgba32 })
        {
            using MLImage image = Rows.Pixels(4, format, 100, uniform);
            foreach (ImageShape shape in new ImageShape[] { new(3, 2, 2), new(3, 4, 4), new(3, 5, 3) })
            {
                CollectionAssert.AreEqual(Planes(shape, 165, 175, 185), Read(image, shape));
                CollectionAssert.AreEqual(Planes(shape, 20, 39, 59), Read(image, shape, new Background(0x10, 0x20, 0x30)));
            }
        }
    }

    [TestMethod]
    public void Alpha_is_told_from_fourth_bytes_without_a_use()
    {
        var shape = new ImageShape(3, 1, 2);
        using MLImage unused = Rows.Pixels(2, MLPixelFormat.Bgra32, 0, 0x0A141E, 0x000000);
        CollectionAssert.AreEqual(new float[] { 10, 0, 20, 0, 30, 0 }, Read(unused, shape));
        using MLImage nothing = Rows.Pixels(2, MLPixelFormat.Bgra32, 0, 0x000000, 0x000000);
        CollectionAssert.AreEqual(Planes(shape, 255, 255, 255), Read(nothing, shape));
        using MLImage tooBright = Rows.Pixels(2, MLPixelFormat.Bgra32, 200, 0xFFFFFF, 0xC8C8C8);
        CollectionAssert.AreEqual(Planes(shape, 255, 255, 255), Read(tooBright, shape));
    }

    [TestMethod]
    public void One_transparent_pixel_is_found_wherever_it_is()
    {
        for (int place = 0; place < 37; place++)
        {
            byte[] bytes = [.. Enumerable.Repeat(byte.MaxValue, 4 * 37)];
            Assert.IsFalse(Background.HasTransparency(bytes));
            bytes[(4 * place) + 3] = 254;
            Assert.IsTrue(Background.HasTransparency(bytes));
        }
    }

    [TestMethod]
    public void Transparent_files_are_laid_on_the_ground_and_told_of()
    {
        byte[] half = ImageFiles.Encode(SKEncodedImageFormat.Png, 4, 1, (x, _) => x < 2 ? new SKColor(200, 0, 0, 51) : SKColors.Black);
        var shape = new ImageShape(3, 1, 4);
        var raw = new float[shape.Count];

        // 200 x 51 / 255 = 40; four fifths of the ground are added.
        Assert.IsNull(new RawPixels(shape, Background.White).TryDecode(half, PixelNormalization.Unchanged(3), raw, out bool transparent));
        Assert.IsTrue(transparent);
        CollectionAssert.AreEqual(new float[] { 244, 244, 0, 0, 204, 204, 0, 0, 204, 204, 0, 0 }, raw);
        Assert.IsNull(new RawPixels(shape, new Background(0, 100, 255)).TryDecode(half, PixelNormalization.Unchanged(3), raw, out _));
        CollectionAssert.AreEqual(new float[] { 40, 40, 0, 0, 80, 80, 0, 0, 204, 204, 0, 0 }, raw);
        byte[] opaque = ImageFiles.Encode(SKEncodedImageFormat.Png, 4, 1, (_, _) => SKColors.Black);
        Assert.IsNull(new RawPixels(shape, Background.White).TryDecode(opaque, PixelNormalization.Unchanged(3), raw, out transparent));
        Assert.IsFalse(transparent);
    }

    [TestMethod]
    public void A_ground_is_written_as_red_green_and_blue()
    {
        Assert.AreEqual(new Background(0x12, 0xAB, 0xFF), Background.TryParse("#12abFF"));
        Assert.AreEqual("#12ABFF", new Background(0x12, 0xAB, 0xFF).ToString());
        foreach (string? wrong in new[] { null, string.Empty, "#12abF", "#12abFF0", "12abFF0", "#12 bFF", "#-2abFF", "white" })
        {
            Assert.IsNull(Background.TryParse(wrong), wrong);
        }
    }

    [TestMethod]
    public void A_image_of_another_size_is_resized_before_it_is_grey()
    {
        // Columns (0, 25, 75, 100) / 100 of the way from red 10, green 20, blue 30 to 200; the lumas of what is rounded.
        using MLImage image = Rows.Pixels(Colours);
        CollectionAssert.AreEqual(
            new float[] { 10, 58, 153, 200, 20, 65, 155, 200, 30, 73, 158, 200 }, Read(image, new ImageShape(3, 1, 4)));
        CollectionAssert.AreEqual(new float[] { 18, 64, 155, 200 }, Read(image, new ImageShape(1, 1, 4)));
    }

    [TestMethod]
    public void A_disposed_image_is_told_of()
    {
        MLImage image = Rows.Pixels(Colours);
        image.Dispose();
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => Read(image, new ImageShape(3, 1, 2))).Message, "disposed");
    }

    [TestMethod]
    public void Enlarging_keeps_the_image_upright()
    {
        using MLImage image = Rows.Pixels(2, MLPixelFormat.Rgba32, byte.MaxValue, 0x000000, 0x404040, 0x808080, 0xFFFFFF);
        float[] enlarged = Read(image, new ImageShape(1, 4, 4));
        CollectionAssert.AreEqual(new float[] { 0, 64, 128, 255 }, new[] { enlarged[0], enlarged[3], enlarged[12], enlarged[15] });
    }

    [TestMethod]
    public void A_file_gives_the_same_pixels_as_the_image_loaded_from_it()
    {
        foreach (SKEncodedImageFormat format in new[] { SKEncodedImageFormat.Png, SKEncodedImageFormat.Jpeg })
        {
            foreach (byte alpha in new byte[] { 255, 128 })
            {
                byte[] file = Encode(format, alpha);
                using var image = MLImage.CreateFromStream(new MemoryStream(file));
                foreach (ImageShape shape in new ImageShape[] { new(3, 8, 8), new(1, 8, 8), new(3, 5, 7) })
                {
                    CollectionAssert.AreEqual(Read(image, shape), Decode(file, shape), $"{format}, alpha {alpha}, {shape}");
                }
            }
        }
    }

    [TestMethod]
    public void A_png_file_gives_its_pixels_exactly()
    {
        float[] raw = Decode(Encode(SKEncodedImageFormat.Png, byte.MaxValue), new ImageShape(3, 8, 8));
        for (int i = 0; i < 64; i++)
        {
            Assert.AreEqual((i, 255 - i, 2f * i), ((int)raw[i], (int)raw[64 + i], raw[128 + i]), $"pixel {i}");
        }
    }

    [TestMethod]
    public void A_grey_file_gives_its_values_exactly()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(256, 1, SKColorType.Gray8, SKAlphaType.Opaque));
        byte[] values = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        System.Runtime.InteropServices.Marshal.Copy(values, 0, bitmap.GetPixels(), values.Length);
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        CollectionAssert.AreEqual(Array.ConvertAll(values, value => (float)value), Decode(data.ToArray(), new ImageShape(1, 1, 256)));
    }

    [TestMethod]
    public void A_bmp_file_is_read()
    {
        // 14 bytes of file header, 40 of image header, then one row of two pixels as blue, green, red, padded to 8 bytes.
        byte[] file = new byte[62];
        "BM"u8.CopyTo(file);
        BitConverter.TryWriteBytes(file.AsSpan(2), 62);
        BitConverter.TryWriteBytes(file.AsSpan(10), 54);
        BitConverter.TryWriteBytes(file.AsSpan(14), 40);
        BitConverter.TryWriteBytes(file.AsSpan(18), 2);
        BitConverter.TryWriteBytes(file.AsSpan(22), 1);
        BitConverter.TryWriteBytes(file.AsSpan(26), (short)1);
        BitConverter.TryWriteBytes(file.AsSpan(28), (short)24);
        new byte[] { 30, 20, 10, 200, 200, 200 }.CopyTo(file, 54);
        CollectionAssert.AreEqual(new float[] { 10, 200, 20, 200, 30, 200 }, Decode(file, new ImageShape(3, 1, 2)));
    }

    [TestMethod]
    public void Bytes_that_are_no_image_are_told_apart_from_cut_ones()
    {
        var raw = new float[64];
        var shape = new ImageShape(1, 8, 8);
        var pixels = new RawPixels(shape, Background.White);
        StringAssert.Contains(pixels.TryDecode("no image"u8, PixelNormalization.Unchanged(1), raw, out _), "not an image");
        byte[] file = Encode(SKEncodedImageFormat.Png, byte.MaxValue);
        StringAssert.Contains(
            pixels.TryDecode(file.AsSpan(0, file.Length - 30), PixelNormalization.Unchanged(1), raw, out _), "cannot be decoded");
    }

    /// <summary>8 x 8 pixels; pixel i has red i, green 255 - i and blue 2 i.</summary>
    private static byte[] Encode(SKEncodedImageFormat format, byte alpha)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(8, 8, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (int i = 0; i < 64; i++)
        {
            bitmap.SetPixel(i % 8, i / 8, new SKColor((byte)i, (byte)(255 - i), (byte)(2 * i), alpha));
        }

        using SKData data = bitmap.Encode(format, 90);
        return data.ToArray();
    }

    private static float[] Planes(ImageShape shape, params float[] values) =>
        [.. values.SelectMany(value => Enumerable.Repeat(value, shape.Height * shape.Width))];

    private static float[] Read(MLImage image, ImageShape shape, Background? ground = null)
    {
        var raw = new float[shape.Count];
        new RawPixels(shape, ground ?? Background.White).Read(image, PixelNormalization.Unchanged(shape.Channels), raw);
        return raw;
    }

    private static float[] Decode(byte[] file, ImageShape shape)
    {
        var raw = new float[shape.Count];
        Assert.IsNull(new RawPixels(shape, Background.White).TryDecode(file, PixelNormalization.Unchanged(shape.Channels), raw, out _));
        return raw;
    }
}
