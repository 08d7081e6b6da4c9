using Microsoft.ML.Data;
using Microsoft.ML.Snip.Images.DataSets;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.Tests.Images.DataSets;

[TestClass]
public sealed class CifarSourceTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly SnipCatalog _catalog = new MLContext(1).Snip();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Training_images_come_from_five_files_and_test_images_from_one()
    {
        WriteCifar10();
        IDataView training = _catalog.LoadCifar10(_folder.Path, DatasetPart.Training);
        Assert.AreEqual(6, training.GetRowCount());
        Assert.AreEqual(new ImageDataViewType(32, 32), training.Schema["Image"].Type);
        Assert.AreEqual(TextDataViewType.Instance, training.Schema["Label"].Type);
        CollectionAssert.AreEqual(
            new[] { "automobile", "truck", "bird", "cat", "deer", "dog" }, ImageRow.ReadAll(training).Select(row => row.Label).ToArray());

        IDataView test = _catalog.LoadCifar10(_folder.Path, DatasetPart.Test);
        Assert.AreEqual("airplane", ImageRow.ReadAll(test).Single().Label);
    }

    [TestMethod]
    public void A_image_is_a_plane_of_red_then_green_then_blue_row_by_row()
    {
        // Red counts the pixels of a row, green the rows, blue is the file's number: pixel 35 is the fourth of the second row.
        WriteCifar10();
        ImageRow[] rows = ImageRow.ReadAll(_catalog.LoadCifar10(_folder.Path, DatasetPart.Training));
        Assert.AreEqual(0x030101, rows[0].Colours[35]);
        Assert.AreEqual(0x1F1F05, rows[5].Colours[^1]);
    }

    [TestMethod]
    public void Rows_can_be_shuffled_and_keep_their_identity()
    {
        WriteCifar10();
        IDataView view = _catalog.LoadCifar10(_folder.Path, DatasetPart.Training);
        Assert.IsTrue(view.CanShuffle);
        ImageRow[] inOrder = ImageRow.ReadAll(view);
        ImageRow[] shuffled = ImageRow.ReadAll(view, new Random(1));
        CollectionAssert.AreNotEqual(inOrder.Select(row => row.Id).ToArray(), shuffled.Select(row => row.Id).ToArray());
        CollectionAssert.AreEqual(
            inOrder.Select(row => (row.Id, row.Label, row.Colours[^1])).ToArray(),
            shuffled.OrderBy(row => row.Id).Select(row => (row.Id, row.Label, row.Colours[^1])).ToArray());
        CollectionAssert.AreEqual(
            shuffled.Select(row => row.Id).ToArray(), ImageRow.ReadAll(view, new Random(1)).Select(row => row.Id).ToArray());
    }

    [TestMethod]
    public void Names_come_from_the_files_beside_the_images()
    {
        WriteCifar10();
        _folder.WriteLines("batches.meta.txt", "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "");
        Assert.AreEqual("zero", _catalog.LoadCifar10(_folder.Path, DatasetPart.Test).GetColumn<string>("Label").Single());
        _folder.WriteLines("batches.meta.txt", "zero", "one", "one");
        AssertFails(
            () => _catalog.LoadCifar10(_folder.Path, DatasetPart.Test), "batches.meta.txt", "3 class names, 2 of them different",
            "10 different");
    }

    [TestMethod]
    public void Cifar100_has_fine_and_coarse_labels()
    {
        _folder.Write("train.bin", [.. Record(1, 17, 99), .. Record(1, 0, 0)]);
        _folder.Write("test.bin", Record(1, 19, 47));
        CollectionAssert.AreEqual(new[] { "worm", "apple" }, Labels(DatasetPart.Training, Cifar100Labels.Fine));
        CollectionAssert.AreEqual(new[] { "trees", "aquatic_mammals" }, Labels(DatasetPart.Training, Cifar100Labels.Coarse));
        CollectionAssert.AreEqual(new[] { "maple_tree" }, Labels(DatasetPart.Test, Cifar100Labels.Fine));
        CollectionAssert.AreEqual(new[] { "vehicles_2" }, Labels(DatasetPart.Test, Cifar100Labels.Coarse));
        Assert.AreEqual(0x1F1F01, ImageRow.ReadAll(_catalog.LoadCifar100(_folder.Path, DatasetPart.Test)).Single().Colours[^1]);
        _folder.WriteLines("coarse_label_names.txt", [.. Enumerable.Range(0, 20).Select(number => $"group {number}")]);
        CollectionAssert.AreEqual(new[] { "group 19" }, Labels(DatasetPart.Test, Cifar100Labels.Coarse));
        CollectionAssert.AreEqual(new[] { "maple_tree" }, Labels(DatasetPart.Test, Cifar100Labels.Fine));
    }

    [TestMethod]
    public void The_built_in_names_are_complete()
    {
        Assert.HasCount(10, CifarClassNames.Cifar10.Distinct());
        Assert.HasCount(100, CifarClassNames.Cifar100Fine.Distinct());
        Assert.HasCount(20, CifarClassNames.Cifar100Coarse.Distinct());
        CollectionAssert.AreEqual(
            CifarClassNames.Cifar100Fine.Order(StringComparer.Ordinal).ToArray(), CifarClassNames.Cifar100Fine,
            "the data set numbers them by name");
    }

    [TestMethod]
    public void What_is_missing_is_named()
    {
        var folder = Assert.ThrowsExactly<DirectoryNotFoundException>(
            () => _catalog.LoadCifar10(Path.Combine(_folder.Path, "none"), DatasetPart.Test));
        StringAssert.Contains(folder.Message, "none");
        WriteCifar10();
        File.Delete(Path.Combine(_folder.Path, "data_batch_3.bin"));
        var file = Assert.ThrowsExactly<FileNotFoundException>(() => _catalog.LoadCifar10(_folder.Path, DatasetPart.Training));
        StringAssert.Contains(file.Message, "data_batch_3.bin");
        StringAssert.Contains(file.Message, "cifar-10-binary.tar.gz");
        Assert.ThrowsExactly<FileNotFoundException>(() => _catalog.LoadCifar100(_folder.Path, DatasetPart.Training));
    }

    [TestMethod]
    public void Bad_lengths_are_refused()
    {
        _folder.Write("test_batch.bin", Record(1, 0)[..^1]);
        AssertFails(() => _catalog.LoadCifar10(_folder.Path, DatasetPart.Test), "test_batch.bin", "has 3072 bytes", "multiple of 3073");
        _folder.Write("test_batch.bin", []);
        AssertFails(() => _catalog.LoadCifar10(_folder.Path, DatasetPart.Test), "has 0 bytes");
        _folder.Write("test.bin", Record(1, 0));
        AssertFails(() => _catalog.LoadCifar100(_folder.Path, DatasetPart.Test), "multiple of 3074");
    }

    [TestMethod]
    public void A_bad_label_is_refused_when_it_is_read()
    {
        _folder.Write("test_batch.bin", [.. Record(1, 9), .. Record(1, 10)]);
        IDataView view = _catalog.LoadCifar10(_folder.Path, DatasetPart.Test);
        AssertFails(() => ImageRow.ReadAll(view), "test_batch.bin", "image 1 (counted from 0) is 10", "expected 0 to 9");
    }

    [TestMethod]
    public void A_file_that_shrinks_is_refused_when_it_is_read()
    {
        _folder.Write("test_batch.bin", [.. Record(1, 9), .. Record(1, 9)]);
        IDataView view = _catalog.LoadCifar10(_folder.Path, DatasetPart.Test);
        _folder.Write("test_batch.bin", [.. Record(1, 9), .. Record(1, 9)[..100]]);
        AssertFails(() => ImageRow.ReadAll(view), "ends within image 1", "had 2 images");
    }

    [TestMethod]
    public void Arguments_are_checked()
    {
        Assert.Throws<ArgumentException>(() => _catalog.LoadCifar10(string.Empty, DatasetPart.Test));
        Assert.Throws<ArgumentException>(() => _catalog.LoadCifar10(_folder.Path, (DatasetPart)2));
        Assert.Throws<ArgumentException>(() => _catalog.LoadCifar100(_folder.Path, DatasetPart.Test, (Cifar100Labels)2));
    }

    private static void AssertFails(Action action, params string[] parts)
    {
        var error = Assert.ThrowsExactly<FormatException>(action);
        foreach (string part in parts)
        {
            StringAssert.Contains(error.Message, part);
        }
    }

    private string[] Labels(DatasetPart part, Cifar100Labels labels) =>
        [.. _catalog.LoadCifar100(_folder.Path, part, labels).GetColumn<string>("Label")];

    /// <summary>File 1 has images of classes 1 and 9, file n an image of class n.</summary>
    private void WriteCifar10()
    {
        _folder.Write("data_batch_1.bin", [.. Record(1, 1), .. Record(1, 9)]);
        for (byte file = 2; file <= 5; file++)
        {
            _folder.Write($"data_batch_{file}.bin", Record(file, file));
        }

        _folder.Write("test_batch.bin", Record(0, 0));
    }

    private static byte[] Record(byte blue, params byte[] labels)
    {
        IEnumerable<int> pixels = Enumerable.Range(0, 1024);
        return [.. labels, .. pixels.Select(pixel => (byte)(pixel % 32)), .. pixels.Select(pixel => (byte)(pixel / 32)),
            .. pixels.Select(_ => blue)];
    }
}
