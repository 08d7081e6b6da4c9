using Microsoft.ML.Data;
using Microsoft.ML.Snip.DataViews.Columns;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.Tests.DataViews.Columns;

[TestClass]
public class PixelReaderTests
{
    [TestMethod]
    public void Images_are_read_row_by_row_and_stay_the_users()
    {
        using MLImage first = Rows.Pixels(0x010101, 0x020202);
        using MLImage second = Rows.Pixels(0x030303, 0x040404);
        IDataView view = Rows.View(new Rows.ImageRow { Image = first }, new Rows.ImageRow { Image = second });
        for (int pass = 0; pass < 2; pass++)
        {
            float[][] rows = Read(view, new ImageShape(1, 1, 2));
            CollectionAssert.AreEqual(new float[] { 1, 2 }, rows[0]);
            CollectionAssert.AreEqual(new float[] { 3, 4 }, rows[1]);
        }

        Assert.AreEqual(2, second.Width, "not disposed");
    }

    [TestMethod]
    public void Vectors_are_read_as_they_are_dense_or_sparse()
    {
        IDataView view = Rows.View(new Rows.Numbers { Image = [-1.5f, 0, 300, 0.25f] });
        CollectionAssert.AreEqual(new[] { -1.5f, 0, 300, 0.25f }, Read(view)[0]);
        CollectionAssert.AreEqual(new float[] { 0, 0, 1, 0 }, Read(OneHot())[2]);
    }

    [TestMethod]
    public void Bytes_are_read_as_they_are_dense_or_sparse()
    {
        IDataView view = Rows.View(new Rows.Bytes { Image = [1, 0, 255, 128] }, new Rows.Bytes { Image = [4, 3, 2, 1] });
        CollectionAssert.AreEqual(new float[] { 1, 0, 255, 128 }, Read(view)[0]);
        CollectionAssert.AreEqual(new float[] { 4, 3, 2, 1 }, Read(view)[1]);
        CollectionAssert.AreEqual(new float[] { 0, 0, 1, 0 }, Read(OneHotBytes())[2]);
    }

    [TestMethod]
    public void Normalised_pixels_are_the_same_from_bytes_floats_and_images()
    {
        var normalization = new PixelNormalization([33.3184f], [1 / 78.5675f]);
        var random = new Random(1);
        Pixels[] examples = [.. Enumerable.Range(0, 5).Select(_ => new Pixels())];
        Array.ForEach(examples, example => random.NextBytes(example.Bytes));
        IDataView view = Rows.View(examples);
        float[][] bytes = ReadNormalized(view, "Bytes", normalization);
        float[][] floats = ReadNormalized(view, "Floats", normalization);
        float[][] images = ReadNormalized(view, "Image", normalization);
        for (int row = 0; row < examples.Length; row++)
        {
            float[] expected = Array.ConvertAll(examples[row].Bytes, value => (value - 33.3184f) * (1 / 78.5675f));
            CollectionAssert.AreEqual(expected, bytes[row]);
            CollectionAssert.AreEqual(expected, floats[row]);
            CollectionAssert.AreEqual(expected, images[row]);
        }
    }

    [TestMethod]
    public void Sparse_vectors_are_normalised_whole()
    {
        // Rows 0 to 3 have a one in another place each.
        var normalization = new PixelNormalization([0.5f], [4]);
        foreach (IDataView view in new[] { OneHot(), OneHotBytes() })
        {
            float[][] rows = ReadNormalized(view, "Image", normalization);
            CollectionAssert.AreEqual(new float[] { -2, 2, -2, -2 }, rows[1]);
            CollectionAssert.AreEqual(new float[] { -2, -2, -2, 2 }, rows[3]);
        }
    }

    [TestMethod]
    public void Encoded_images_are_read()
    {
        using MLImage image = Rows.Pixels(0x010203, 0x040506);
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.png");
        image.Save(path);
        byte[] file = File.ReadAllBytes(path);
        File.Delete(path);
        CollectionAssert.AreEqual(
            new float[] { 1, 4, 2, 5, 3, 6 }, Read(Rows.View(new Rows.File { Image = file }), new ImageShape(3, 1, 2))[0]);
    }

    [TestMethod]
    public void A_missing_image_is_an_error_that_names_column_and_row()
    {
        using MLImage image = Rows.Pixels(0, 0);
        AssertFails<InvalidOperationException>(
            Rows.View(new Rows.ImageRow { Image = image }, new Rows.ImageRow()), new ImageShape(1, 1, 2), "'Image', row 1",
            "missing (null)");
        AssertFails<InvalidOperationException>(
            Rows.View(new Rows.File { Image = [] }), new ImageShape(1, 1, 2), "'Image', row 0", "missing (no bytes)");
    }

    [TestMethod]
    public void Bytes_that_are_no_image_are_a_format_error() => AssertFails<FormatException>(
        Rows.View(new Rows.File { Image = [1, 2, 3] }), new ImageShape(1, 1, 2), "'Image', row 0", "the 3 bytes are not an image");

    [TestMethod]
    [DataRow(float.NaN, "NaN")]
    [DataRow(float.PositiveInfinity, "Infinity")]
    [DataRow(float.NegativeInfinity, "-Infinity")]
    public void A_number_that_is_not_finite_is_an_error(float value, string written) => AssertFails<InvalidOperationException>(
        Rows.View(new Rows.Numbers { Image = [1, 2, 3, 4] }, new Rows.Numbers { Image = [1, 2, value, 4] }), null, "row 1", "pixel 2 is "
            + $"{written}");

    [TestMethod]
    public void A_vector_of_unknown_length_is_checked_row_by_row()
    {
        IDataView view = Rows.View(new Rows.AnyNumbers { Image = [1, 2] }, new Rows.AnyNumbers { Image = [1, 2, 3] });
        AssertFails<InvalidOperationException>(view, new ImageShape(1, 1, 2), "row 1", "has 3 values; the shape 1x1x2 needs 2");
    }

    [TestMethod]
    public void Bytes_of_another_number_than_their_type_says_are_an_error()
    {
        IDataView view = Rows.View(new Rows.Bytes { Image = [1, 2, 3, 4] }, new Rows.Bytes { Image = [1, 2, 3] });
        AssertFails<InvalidOperationException>(view, null, "row 1", "has 3 values; the shape 1x2x2 needs 4");
        AssertFails<InvalidOperationException>(Rows.View(new Rows.Bytes()), null, "row 0", "has 0 values");
    }

    [TestMethod]
    public void Rows_may_be_taken_before_they_are_written()
    {
        IDataView view = Rows.View(
            [.. Enumerable.Range(0, 100).Select(row => new Rows.Numbers { Image = [row, 1, 2, row == 50 ? float.NaN : 3] })]);
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        var reader = PixelReader.Create(cursor, ImageColumn.Resolve(view.Schema, "Image"));
        Assert.IsGreaterThan(50, reader.Capacity);
        for (int row = 0; row < reader.Capacity; row++)
        {
            Assert.IsTrue(cursor.MoveNext());
            reader.Take(row);
        }

        var pixels = new float[4];
        var normalization = PixelNormalization.Unchanged(1);
        reader.Write(49, normalization, pixels);
        CollectionAssert.AreEqual(new float[] { 49, 1, 2, 3 }, pixels);
        reader.Write(0, normalization, pixels);
        CollectionAssert.AreEqual(new float[] { 0, 1, 2, 3 }, pixels);
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => reader.Write(50, normalization, pixels));
        StringAssert.Contains(error.Message, "row 50 ");
    }

    [TestMethod]
    public void A_row_of_a_large_image_is_taken_alone()
    {
        IDataView view = Rows.View(new Large());
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        Assert.AreEqual(1, PixelReader.Create(cursor, ImageColumn.Resolve(view.Schema, "Image")).Capacity);
    }

    /// <summary>Sparse vectors of 4 numbers.</summary>
    private static IDataView OneHot()
    {
        IDataView labels = Rows.View(
            Array.ConvertAll("abcd".ToCharArray(), letter => new Rows.Numbers { Image = new float[4], Label = $"{letter}" }));
        return Rows.Context.Transforms.Categorical.OneHotEncoding("Image", "Label").Fit(labels).Transform(labels);
    }

    private static IDataView OneHotBytes() =>
        Rows.View([.. Enumerable.Range(0, 4).Select(place => new SparseBytes { Image = new VBuffer<byte>(4, 1, [1], [place]) })]);

    private static float[][] Read(IDataView view, ImageShape? shape = null) =>
        ReadAll(view, ImageColumn.Resolve(view.Schema, "Image", shape), (reader, pixels) => reader.Read(pixels));

    private static float[][] ReadNormalized(IDataView view, string name, PixelNormalization normalization)
    {
        ImageShape? shape = view.Schema[name].Type is ImageDataViewType ? new ImageShape(1, Pixels.Height, Pixels.Width) : null;
        return ReadAll(
            view, ImageColumn.Resolve(view.Schema, name, shape), (reader, pixels) => reader.ReadNormalized(normalization, pixels));
    }

    private static float[][] ReadAll(IDataView view, ImageColumn column, Action<PixelReader, float[]> read)
    {
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema[column.Name]]);
        var reader = PixelReader.Create(cursor, column);
        var rows = new List<float[]>();
        while (cursor.MoveNext())
        {
            rows.Add(new float[column.Shape.Count]);
            read(reader, rows[^1]);
        }

        return [.. rows];
    }

    private static void AssertFails<TException>(IDataView view, ImageShape? shape, params string[] parts)
        where TException : Exception
    {
        var error = Assert.ThrowsExactly<TException>(() => Read(view, shape));
        foreach (string part in parts)
        {
            StringAssert.Contains(error.Message, part);
        }
    }

    private sealed class Large
    {
        [VectorType(3, 200, 200)]
        public byte[] Image { get; set; } = [];
    }

    private sealed class SparseBytes
    {
        [VectorType(4)]
        public VBuffer<byte> Image { get; set; }
    }

    /// <summary>The same pixels as each kind of column; more than a vector of the machine takes at once, and some left over.</summary>
    private sealed class Pixels
    {
        public const int Height = 9, Width = 31;

        [VectorType(1, Height, Width)]
        public byte[] Bytes { get; } = new byte[Height * Width];

        [VectorType(1, Height, Width)]
        public float[] Floats => Array.ConvertAll(Bytes, value => (float)value);

        [ImageType(Height, Width)]
        public MLImage Image => Rows.Pixels(Width, MLPixelFormat.Bgra32, byte.MaxValue, Array.ConvertAll(Bytes, value => value * 0x010101));
    }
}
