using Microsoft.ML.Data;
using Microsoft.ML.Snip.Data;

namespace Microsoft.ML.Snip.Tests.Data;

[TestClass]
public class PixelReaderTests
{
    [TestMethod]
    public void Images_are_read_row_by_row_and_stay_the_users()
    {
        using MLImage first = Rows.Pixels(0x010101, 0x020202);
        using MLImage second = Rows.Pixels(0x030303, 0x040404);
        IDataView view = Rows.View(new Rows.Picture { Image = first }, new Rows.Picture { Image = second });
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

        // One-hot: a sparse vector of 4 numbers.
        IDataView labels = Rows.View(Array.ConvertAll("abcd".ToCharArray(), letter => new Rows.Numbers { Image = new float[4], Label = $"{letter}" }));
        IDataView sparse = Rows.Context.Transforms.Categorical.OneHotEncoding("Image", "Label").Fit(labels).Transform(labels);
        CollectionAssert.AreEqual(new float[] { 0, 0, 1, 0 }, Read(sparse)[2]);
    }

    [TestMethod]
    public void Encoded_pictures_are_read()
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
    public void A_missing_picture_is_an_error_that_names_column_and_row()
    {
        using MLImage image = Rows.Pixels(0, 0);
        AssertFails<InvalidOperationException>(
            Rows.View(new Rows.Picture { Image = image }, new Rows.Picture()), new ImageShape(1, 1, 2), "'Image', row 1", "missing (null)");
        AssertFails<InvalidOperationException>(Rows.View(new Rows.File { Image = [] }), new ImageShape(1, 1, 2), "'Image', row 0", "missing (no bytes)");
    }

    [TestMethod]
    public void Bytes_that_are_no_picture_are_a_format_error() => AssertFails<FormatException>(
        Rows.View(new Rows.File { Image = [1, 2, 3] }), new ImageShape(1, 1, 2), "'Image', row 0", "the 3 bytes are not a picture");

    [TestMethod]
    [DataRow(float.NaN, "NaN")]
    [DataRow(float.PositiveInfinity, "Infinity")]
    [DataRow(float.NegativeInfinity, "-Infinity")]
    public void A_number_that_is_not_finite_is_an_error(float value, string written) => AssertFails<InvalidOperationException>(
        Rows.View(new Rows.Numbers { Image = [1, 2, 3, 4] }, new Rows.Numbers { Image = [1, 2, value, 4] }), null, "row 1", $"pixel 2 is {written}");

    [TestMethod]
    public void A_vector_of_unknown_length_is_checked_row_by_row()
    {
        IDataView view = Rows.View(new Rows.AnyNumbers { Image = [1, 2] }, new Rows.AnyNumbers { Image = [1, 2, 3] });
        AssertFails<InvalidOperationException>(view, new ImageShape(1, 1, 2), "row 1", "has 3 numbers; the shape 1x1x2 needs 2");
    }

    private static float[][] Read(IDataView view, ImageShape? shape = null)
    {
        var column = ImageColumn.Resolve(view.Schema, "Image", shape);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Image"]]);
        var reader = PixelReader.Create(cursor, column);
        Assert.AreEqual(column.IsPicture, reader.IsPicture);
        var rows = new List<float[]>();
        while (cursor.MoveNext())
        {
            rows.Add(new float[column.Shape.Count]);
            reader.Read(rows[^1]);
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
}
