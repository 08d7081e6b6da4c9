using Microsoft.ML.Data;
using Microsoft.ML.Snip.Data;
using SkiaSharp;

namespace Microsoft.ML.Snip.Tests.Data;

[TestClass]
public class PicturePixelsTests
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
    [DataRow((byte)0)]
    [DataRow((byte)100)]
    public void Alpha_is_ignored_whether_resized_or_not(byte alpha)
    {
        int[] uniform = [.. Enumerable.Repeat(0x0A141E, 16)];
        using MLImage image = Rows.Pixels(4, MLPixelFormat.Bgra32, alpha, uniform);
        float[] expected = [.. Enumerable.Repeat(10f, 4), .. Enumerable.Repeat(20f, 4), .. Enumerable.Repeat(30f, 4)];
        CollectionAssert.AreEqual(expected, Read(image, new ImageShape(3, 2, 2)));
        Assert.AreEqual(10f, Read(image, new ImageShape(3, 4, 4))[0]);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    [DataRow(10)]
    public void Shrinking_averages(int factor)
    {
        // Stripes one pixel wide, 0 and 200: the mean is 100 wherever one looks.
        int side = 8 * factor;
        int[] stripes = [.. Enumerable.Range(0, side * side).Select(index => index % 2 == 0 ? 0 : 0xC8C8C8)];
        using MLImage image = Rows.Pixels(side, MLPixelFormat.Rgba32, byte.MaxValue, stripes);
        foreach (float value in Read(image, new ImageShape(1, 8, 8)))
        {
            Assert.AreEqual(100, value, 2);
        }
    }

    [TestMethod]
    public void Halving_gives_the_means_of_squares_of_four()
    {
        using MLImage image = Rows.Pixels(4, MLPixelFormat.Rgba32, byte.MaxValue, [.. new[]
        {
            10, 20, 0, 0,
            30, 40, 0, 0,
            100, 100, 8, 16,
            100, 100, 24, 32,
        }.Select(grey => grey * 0x010101)]);
        float[] halved = Read(image, new ImageShape(1, 2, 2));
        float[] means = [25, 0, 100, 20];
        for (int i = 0; i < means.Length; i++)
        {
            Assert.AreEqual(means[i], halved[i], 1, $"pixel {i}");
        }
    }

    [TestMethod]
    public void Enlarging_keeps_the_picture_upright()
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
        // 14 bytes of file header, 40 of picture header, then one row of two pixels as blue, green, red, padded to 8 bytes.
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
    public void Bytes_that_are_no_picture_are_told_apart_from_cut_ones()
    {
        var raw = new float[64];
        var shape = new ImageShape(1, 8, 8);
        StringAssert.Contains(PicturePixels.TryDecode("no picture"u8, shape, PixelNormalization.Unchanged(1), raw), "not a picture");
        byte[] file = Encode(SKEncodedImageFormat.Png, byte.MaxValue);
        StringAssert.Contains(PicturePixels.TryDecode(file.AsSpan(0, file.Length - 30), shape, PixelNormalization.Unchanged(1), raw), "cannot be decoded");
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

    private static float[] Read(MLImage image, ImageShape shape)
    {
        var raw = new float[shape.Count];
        PicturePixels.Read(image, shape, PixelNormalization.Unchanged(shape.Channels), raw);
        return raw;
    }

    private static float[] Decode(byte[] file, ImageShape shape)
    {
        var raw = new float[shape.Count];
        Assert.IsNull(PicturePixels.TryDecode(file, shape, PixelNormalization.Unchanged(shape.Channels), raw));
        return raw;
    }
}
