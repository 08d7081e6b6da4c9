using System.IO.Compression;
using Microsoft.ML.Data;
using Microsoft.ML.Snip.DataViews.Columns;
using Microsoft.ML.Snip.DataViews.Loading;
using Microsoft.ML.Snip.DataViews.Sources;
using Microsoft.ML.Snip.Images.DataSets;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Tests.DataViews;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.Tests.Images.DataSets;

[TestClass]
public class IdxSourceTests
{
    /// <summary>Two images, 2 rows of 3 pixels.</summary>
    private static readonly byte[] Images =
    [
        0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3,
        1, 2, 3, 4, 5, 6,
        250, 251, 252, 253, 254, 255,
    ];

    private static readonly byte[] Labels = [0, 0, 8, 1, 0, 0, 0, 2, 7, 0];

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Images_and_labels_are_read(bool compressed)
    {
        ImageDataView view = Open(Write("images", Images, compressed), Write("labels", Labels, compressed));
        Assert.AreEqual(2, view.GetRowCount());
        Assert.IsFalse(view.CanShuffle);
        Assert.AreEqual(new ImageDataViewType(2, 3), view.Schema["Image"].Type);
        Assert.AreEqual(TextDataViewType.Instance, view.Schema["Label"].Type);
        for (int pass = 0; pass < 2; pass++)
        {
            (float[] pixels, string label)[] rows = Read(view);
            CollectionAssert.AreEqual(new float[] { 1, 2, 3, 4, 5, 6 }, rows[0].pixels);
            CollectionAssert.AreEqual(new float[] { 250, 251, 252, 253, 254, 255 }, rows[1].pixels);
            CollectionAssert.AreEqual(new[] { "7", "0" }, rows.Select(row => row.label).ToArray());
        }
    }

    [TestMethod]
    public void It_feeds_a_pipeline()
    {
        ImageDataView view = Open(Write("images", Images), Write("labels", Labels));
        IDataView keyed = Rows.Context.Transforms.Conversion.MapValueToKey("Label").Fit(view).Transform(view);
        ImageDataset dataset = new ImageDatasetLoader("Label", "Image", () => { }, _ => { }).LoadTrainingSet(keyed);
        Assert.AreEqual(new ImageShape(1, 2, 3), dataset.Shape);
        CollectionAssert.AreEqual(new[] { "7", "0" }, dataset.Classes.Names);
        Assert.AreEqual("0", Rows.Context.Data.SkipRows(view, 1).GetColumn<string>("Label").Single(), "read without the images");
    }

    [TestMethod]
    public void Labels_take_the_names_they_are_given()
    {
        string[] names = ["zero", "1", "2", "3", "4", "5", "6", "seven"];
        string images = Write("images", Images);
        string labels = Write("labels", Labels);
        CollectionAssert.AreEqual(new[] { "seven", "zero" }, Open(images, labels, names).GetColumn<string>("Label").ToArray());
        AssertFails(
            () => _ = Open(images, labels, ["zero", "one"]).GetColumn<string>("Label").ToArray(), "label of item 0 is 7", "2 class names");
    }

    [TestMethod]
    public void Names_that_do_not_tell_the_classes_apart_are_refused()
    {
        string images = Write("images", Images);
        string labels = Write("labels", Labels);
        StringAssert.Contains(Refuse(["cat", "dog", "cat"]), "classes 0 and 2 are both named 'cat'");
        StringAssert.Contains(Refuse(["cat", string.Empty]), "class 1 has no name");
        StringAssert.Contains(Refuse(["cat", "dog", null!]), "class 2 has no name");

        string Refuse(string[] names) => Assert.ThrowsExactly<ArgumentException>(() => Open(images, labels, names)).Message;
    }

    [TestMethod]
    public void Values_are_read_only_on_a_row_and_of_active_columns()
    {
        ImageDataView view = Open(Write("images", Images), Write("labels", Labels));
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Label"]]);
        Assert.IsFalse(cursor.IsColumnActive(view.Schema["Image"]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cursor.GetGetter<MLImage>(view.Schema["Image"]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cursor.GetGetter<float>(view.Schema["Label"]));
        ValueGetter<ReadOnlyMemory<char>> label = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Label"]);
        ReadOnlyMemory<char> text = default;
        Assert.ThrowsExactly<InvalidOperationException>(() => label(ref text));
        Assert.AreEqual(-1, cursor.Position);
        Assert.IsTrue(cursor.MoveNext());
        Assert.AreEqual(0, cursor.Position);
        Assert.IsTrue(cursor.MoveNext());
        DataViewRowId id = default;
        cursor.GetIdGetter()(ref id);
        Assert.AreEqual(new DataViewRowId(1, 0), id);
        Assert.IsFalse(cursor.MoveNext());
        Assert.IsFalse(cursor.MoveNext());
        Assert.ThrowsExactly<InvalidOperationException>(() => label(ref text));
    }

    [TestMethod]
    public void A_missing_file_is_named()
    {
        var error = Assert.ThrowsExactly<FileNotFoundException>(() => Open(Path.Combine(_folder, "none"), Write("labels", Labels)));
        StringAssert.Contains(error.Message, "none");
    }

    [TestMethod]
    public void Files_of_another_format_are_refused()
    {
        string images = Write("images", Images);
        string labels = Write("labels", Labels);
        AssertFails(() => Open(labels, images), "labels", "starts with the number 2049, expected 2051");
        AssertFails(() => Open(images, images), "starts with the number 2051, expected 2049");
        AssertFails(() => Open(Write("short", Images[..15]), labels), "too short");
        AssertFails(() => Open(Write("empty", []), labels), "empty' is too short", "has 0 bytes, expected 16 or more");
    }

    [TestMethod]
    public void Headers_that_lie_are_refused()
    {
        string images = Write("images", Images);
        string labels = Write("labels", Labels);
        AssertFails(() => Open(Write("cut", Images[..^1]), labels), "has 27 bytes", "expected 28");
        AssertFails(() => Open(images, Write("long", [.. Labels, 1])), "has 11 bytes", "expected 10");
        AssertFails(() => Open(images, Write("three", [0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 3])), "2 images", "3 labels");
        AssertFails(() => Open(Write("huge", [.. Images[..8], 127, 0, 0, 0, 127, 0, 0, 0]), labels), "impossible sizes");
        AssertFails(() => Open(Write("negative", [.. Images[..4], 255, 255, 255, 255, .. Images[8..]]), labels), "impossible sizes");
    }

    [TestMethod]
    public void Compressed_files_that_end_early_or_late_are_refused_when_read()
    {
        string images = Write("images", Images);
        AssertFails(
            () => Read(Open(Write("cut", Images[..^1], compressed: true), Write("labels", Labels))), "ends early", "but item 1 is not "
                + "complete");
        AssertFails(() => Read(Open(images, Write("long", [.. Labels, 1], compressed: true))), "too long", "the 2 items");
    }

    [TestMethod]
    public void Damaged_compressed_files_are_refused()
    {
        // A block of the reserved type 3 right after the 10 bytes of gzip's header.
        byte[] file = File.ReadAllBytes(Write("images", Images, compressed: true));
        file[10] |= 0b110;
        AssertFails(() => Open(Write("damaged", file), Write("labels", Labels)), "damaged' is damaged");
    }

    private static ImageDataView Open(string images, string labels, string[]? classNames = null) =>
        new(IdxSource.Open(images, labels, classNames));

    private static (float[] Pixels, string Label)[] Read(ImageDataView view)
    {
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        var pixels = PixelReader.Create(cursor, ImageColumn.Resolve(view.Schema, "Image", new ImageShape(1, 2, 3)));
        ValueGetter<ReadOnlyMemory<char>> labels = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Label"]);
        var rows = new List<(float[], string)>();
        while (cursor.MoveNext())
        {
            var raw = new float[6];
            pixels.Read(raw);
            ReadOnlyMemory<char> label = default;
            labels(ref label);
            rows.Add((raw, label.ToString()));
        }

        return [.. rows];
    }

    private static void AssertFails(Action action, params string[] parts)
    {
        var error = Assert.ThrowsExactly<FormatException>(action);
        foreach (string part in parts)
        {
            StringAssert.Contains(error.Message, part);
        }
    }

    private string Write(string name, byte[] content, bool compressed = false)
    {
        string path = Path.Combine(_folder, name);
        using Stream file = File.Create(path);
        using Stream stream = compressed ? new GZipStream(file, CompressionLevel.Fastest) : file;
        stream.Write(content);
        return path;
    }
}
