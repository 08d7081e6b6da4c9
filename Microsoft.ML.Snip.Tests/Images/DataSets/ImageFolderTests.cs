using Microsoft.ML.Data;
using Microsoft.ML.Snip.DataViews.Columns;
using Microsoft.ML.Snip.DataViews.Loading;
using Microsoft.ML.Snip.Images;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Tests.DataViews;
using SkiaSharp;

namespace Microsoft.ML.Snip.Tests.Images.DataSets;

[TestClass]
public sealed class ImageFolderTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly SnipCatalog _catalog = new MLContext(1).Snip();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Each_subfolder_is_a_class_and_rows_are_in_ordinal_order()
    {
        _folder.WriteImage("dog/2.png", 0x000002);
        _folder.WriteImage("dog/10.PNG", 0x000001);
        _folder.WriteImage("Zebra/a.png", 0x0A141E);
        _folder.WriteImage("dog/more/1.png", 0x000003);
        _folder.WriteLines("dog/notes.txt", "no image");
        _folder.WriteImage("dog/.thumbnails/1.png", 0x000004);
        _folder.WriteImage("beside.png", 0x000005);
        IDataView view = _catalog.LoadImageFolder(_folder.Path);
        Assert.AreEqual(4, view.GetRowCount());
        ImageRow[] rows = ImageRow.ReadAll(view);
        CollectionAssert.AreEqual(new[] { "Zebra", "dog", "dog", "dog" }, rows.Select(row => row.Label).ToArray());
        CollectionAssert.AreEqual(new[] { 0x0A141E, 1, 2, 3 }, rows.Select(row => row.Colours[0]).ToArray());
    }

    [TestMethod]
    public void Links_to_folders_are_left_out_and_those_to_files_are_not()
    {
        string example = _folder.WriteImage("cat/1.png", 0x000001);
        _folder.WriteImage("dog/1.png", 0x000002);
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "again"), _folder.Path);
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "cat", "others"), Path.Combine(_folder.Path, "dog"));
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "dog", "up"), _folder.Path);
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "cat", "2.png"), example);
        ImageRow[] rows = ImageRow.ReadAll(_catalog.LoadImageFolder(_folder.Path));
        CollectionAssert.AreEqual(new[] { "cat", "cat", "dog" }, rows.Select(row => row.Label).ToArray());
        CollectionAssert.AreEqual(new[] { 1, 1, 2 }, rows.Select(row => row.Colours[0]).ToArray());
    }

    [TestMethod]
    public void Images_of_several_formats_and_sizes_feed_a_pipeline()
    {
        _folder.WriteImage("dark/1.png", 0x000000, side: 5);
        _folder.WriteImage("light/1.jpg", 0xFFFFFF, side: 9);
        _folder.Write("light/2.bmp", Bitmap(0xC8, 0xC8, 0xC8));
        IDataView view = _catalog.LoadImageFolder(_folder.Path);
        IDataView keyed = Rows.Context.Transforms.Conversion.MapValueToKey("Label").Fit(view).Transform(view);
        var shape = new ImageShape(1, 2, 2);
        ImageDataset dataset = new ImageDatasetLoader("Label", "Image", () => { }, _ => { }).LoadTrainingSet(keyed, shape);
        CollectionAssert.AreEqual(new[] { "dark", "light" }, dataset.Classes.Names);
        var normalization = new PixelNormalization([0], [1]);
        float[] pixel = [.. Enumerable.Range(0, 3).Select(index =>
        {
            var pixels = new float[4];
            dataset.CopyNormalized(index, normalization, pixels);
            return pixels[0];
        })];
        CollectionAssert.AreEqual(new float[] { 0, 255, 200 }, pixel);
    }

    [TestMethod]
    public void A_file_gives_the_same_pixels_through_every_column_and_view()
    {
        _folder.Write("a/turned.jpg", ImageFiles.Oriented(6));
        _folder.Write(
            "a/large.jpg", ImageFiles.Encode(SKEncodedImageFormat.Jpeg, 400, 300, (x, y) => new SKColor((byte)(x * y), (byte)x, (byte)y)));
        _folder.Write(
            "b/open.png", ImageFiles.Encode(SKEncodedImageFormat.Png, 9, 7, (x, y) => new SKColor(200, 100, 50, (byte)(20 * (x + y)))));
        IDataView files = _catalog.LoadImageFolder(_folder.Path);
        IDataView keyed = Rows.Context.Transforms.Conversion.MapValueToKey("Label").Fit(files).Transform(files);
        IDataView taken = Rows.Context.Data.FilterRowsByKeyColumnFraction(Rows.Context.Data.TakeRows(keyed, 99), "Label");
        var shape = new ImageShape(3, 13, 11);
        ImageColumn column = ImageColumn.Resolve(taken.Schema, "Image", shape) with { Background = new Background(1, 2, 3) };
        using DataViewRowCursor cursor = taken.GetRowCursor(taken.Schema);
        var reader = PixelReader.Create(cursor, column);
        float[] found = new float[shape.Count], expected = new float[shape.Count];
        foreach (string name in new[] { "a/large.jpg", "a/turned.jpg", "b/open.png" })
        {
            Assert.IsTrue(cursor.MoveNext());
            reader.Read(found);
            byte[] file = File.ReadAllBytes(Path.Combine(_folder.Path, name));
            Assert.IsNull(column.Images.TryDecode(file, PixelNormalization.Unchanged(3), expected, out _));
            CollectionAssert.AreEqual(expected, found, name);
        }

        Assert.AreEqual(1, reader.TransparentCount);
    }

    [TestMethod]
    public void Images_stand_upright_in_the_view()
    {
        _folder.Write("a/6.jpg", ImageFiles.Fixture("orientation-6.jpg"));
        using DataViewRowCursor cursor = _catalog.LoadImageFolder(_folder.Path).GetRowCursor(_catalog.LoadImageFolder(_folder.Path).Schema);
        MLImage image = null!;
        Assert.IsTrue(cursor.MoveNext());
        cursor.GetGetter<MLImage>(cursor.Schema["Image"])(ref image);
        using (image)
        {
            Assert.AreEqual((40, 60), (image.Width, image.Height));
            Assert.IsGreaterThan(240, image.Pixels[4 * 20]);
            Assert.IsLessThan(16, image.Pixels[^(4 * 20)]);
        }
    }

    [TestMethod]
    public void Transparent_images_are_told_of_once()
    {
        _folder.Write("a/1.png", ImageFiles.Encode(SKEncodedImageFormat.Png, 2, 2, (_, _) => SKColors.Transparent));
        _folder.Write("a/2.png", ImageFiles.Encode(SKEncodedImageFormat.Png, 2, 2, (_, _) => new SKColor(0, 0, 0, 128)));
        _folder.WriteImage("b/1.png", 0x000000);
        IDataView view = _catalog.LoadImageFolder(_folder.Path);
        IDataView keyed = Rows.Context.Transforms.Conversion.MapValueToKey("Label").Fit(view).Transform(view);
        List<string> reports = [];
        ImageDataset dataset = new ImageDatasetLoader("Label", "Image", () => { }, reports.Add) { Background = new Background(0, 0, 200) }
            .LoadTrainingSet(keyed, new ImageShape(3, 2, 2));
        var pixels = new float[12];
        dataset.CopyNormalized(0, PixelNormalization.Unchanged(3), pixels);
        CollectionAssert.AreEqual(new float[] { 0, 0, 0, 0, 0, 0, 0, 0, 200, 200, 200, 200 }, pixels);
        Assert.HasCount(1, reports);
        StringAssert.Contains(
            reports[0], "2 of 3 images have transparent parts; they are drawn on the background colour #0000C8 (Options.Background).");
    }

    [TestMethod]
    public void Rows_can_be_shuffled_and_split()
    {
        for (int number = 0; number < 20; number++)
        {
            _folder.WriteImage($"{number / 10}/{number:D2}.png", number);
        }

        IDataView view = _catalog.LoadImageFolder(_folder.Path);
        Assert.IsTrue(view.CanShuffle);
        ImageRow[] shuffled = ImageRow.ReadAll(view, new Random(3));
        DataOperationsCatalog.TrainTestData split = Rows.Context.Data.TrainTestSplit(view, testFraction: 0.3, seed: 3);
        ImageRow[] parts = [.. ImageRow.ReadAll(split.TrainSet), .. ImageRow.ReadAll(split.TestSet)];
        foreach (ImageRow[] rows in new[] { shuffled, parts })
        {
            CollectionAssert.AreEquivalent(Enumerable.Range(0, 20).ToArray(), rows.Select(row => row.Colours[0]).ToArray());
            CollectionAssert.AreNotEqual(Enumerable.Range(0, 20).ToArray(), rows.Select(row => row.Colours[0]).ToArray());
            Assert.IsTrue(rows.All(row => row.Label == $"{row.Colours[0] / 10}" && row.Id == (ulong)row.Colours[0]));
        }
    }

    [TestMethod]
    public void Files_are_read_only_when_their_images_are_asked_for()
    {
        string path = _folder.WriteLines("a/broken.png", "no image");
        IDataView view = _catalog.LoadImageFolder(_folder.Path);
        Assert.AreEqual("a", view.GetColumn<string>("Label").Single());
        AssertFails<FormatException>(() => ImageRow.ReadAll(view), path, "not an image");
        File.WriteAllBytes(path, []);
        AssertFails<FormatException>(() => ImageRow.ReadAll(view), path, "0 bytes");
        string whole = _folder.WriteImage("whole.png", 0x123456, side: 50);
        File.WriteAllBytes(path, File.ReadAllBytes(whole)[..^30]);
        AssertFails<FormatException>(() => ImageRow.ReadAll(view), path, "cannot be decoded (IncompleteInput)");
        File.Delete(path);
        AssertFails<FileNotFoundException>(() => ImageRow.ReadAll(view), path);
    }

    [TestMethod]
    public void Folders_that_are_missing_or_empty_are_named()
    {
        AssertFails<DirectoryNotFoundException>(() => _catalog.LoadImageFolder(Path.Combine(_folder.Path, "none")), "none");
        AssertFails<DirectoryNotFoundException>(() => _catalog.LoadImageFolder(_folder.Path), "no subfolders");
        string file = _folder.WriteImage("cat/1.png", 0);
        AssertFails<DirectoryNotFoundException>(() => _catalog.LoadImageFolder(file), "is a file");
        File.Delete(file);
        _folder.WriteLines("dog/notes.txt", "no image");
        AssertFails<FileNotFoundException>(() => _catalog.LoadImageFolder(_folder.Path), _folder.Path, "no image (PNG, JPEG");
        Assert.Throws<ArgumentException>(() => _catalog.LoadImageFolder(string.Empty));
    }

    private static void AssertFails<TException>(Action action, params string[] parts)
        where TException : Exception
    {
        var error = Assert.ThrowsExactly<TException>(action);
        foreach (string part in parts)
        {
            StringAssert.Contains(error.Message, part);
        }
    }

    /// <summary>A BMP file of one pixel: a header of 54 bytes, then blue, green, red and a byte that fills the row up to four.</summary>
    private static byte[] Bitmap(byte red, byte green, byte blue) =>
    [
        (byte)'B', (byte)'M', 58, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0,
        40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        blue, green, red, 0,
    ];
}
