using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.Tests.Images.DataSets;

[TestClass]
public sealed class TinyImageNetTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly SnipCatalog _catalog = new MLContext(1).Snip();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Training_images_are_in_a_folder_for_each_class()
    {
        Write();
        IDataView view = Load(DatasetPart.Training);
        Assert.AreEqual(4, view.GetRowCount());
        Assert.AreEqual(new ImageDataViewType(64, 64), view.Schema["Image"].Type);
        ImageRow[] rows = ImageRow.ReadAll(view);
        CollectionAssert.AreEqual(new[] { "n3", "n1", "n1", "n2" }, rows.Select(row => row.Label).ToArray(), "in the order of wnids.txt");
        CollectionAssert.AreEqual(new[] { 0x303030, 0x101010, 0x111111, 0x202020 }, rows.Select(row => row.Colours[4095]).ToArray());
    }

    [TestMethod]
    public void Held_out_images_have_their_classes_in_a_file()
    {
        Write();
        ImageRow[] rows = ImageRow.ReadAll(Load(DatasetPart.Test));
        CollectionAssert.AreEqual(new[] { "n2", "n3" }, rows.Select(row => row.Label).ToArray());
        CollectionAssert.AreEqual(new[] { 0xF0F0F0, 0xF1F1F1 }, rows.Select(row => row.Colours[0]).ToArray());
    }

    [TestMethod]
    public void Names_are_the_first_words_and_never_those_of_two_classes()
    {
        Write();
        _folder.WriteLines("words.txt", "n0\tentity", "n1\tgoldfish, Carassius auratus", "n2\tcrane", "n3\tcrane, lifting machine");
        string[] names = ["crane (n3)", "goldfish", "goldfish", "crane (n2)"];
        CollectionAssert.AreEqual(names, Load(DatasetPart.Training).GetColumn<string>("Label").ToArray());
        CollectionAssert.AreEqual(new[] { "crane (n2)", "crane (n3)" }, Load(DatasetPart.Test).GetColumn<string>("Label").ToArray());
        _folder.WriteLines("words.txt", "n1\tgoldfish");
        CollectionAssert.AreEqual(
            new[] { "n3", "goldfish", "goldfish", "n2" }, Load(DatasetPart.Training).GetColumn<string>("Label").ToArray());
    }

    [TestMethod]
    public void What_is_missing_is_named()
    {
        Assert.Throws<ArgumentException>(() => Load((DatasetPart)2));
        AssertFails<FileNotFoundException>(() => Load(DatasetPart.Test), "wnids.txt");
        Write();
        File.Delete(Path.Combine(_folder.Path, "val", "images", "val_1.JPEG"));
        AssertFails<FileNotFoundException>(() => Load(DatasetPart.Test), "val_annotations.txt', line 2", "val_1.JPEG");
        File.Delete(Path.Combine(_folder.Path, "val", "val_annotations.txt"));
        AssertFails<FileNotFoundException>(() => Load(DatasetPart.Test), "val_annotations.txt");
        File.Delete(Path.Combine(_folder.Path, "train", "n2", "images", "n2_0.JPEG"));
        AssertFails<FileNotFoundException>(() => Load(DatasetPart.Training), Path.Combine("n2", "images"));
        Directory.Delete(Path.Combine(_folder.Path, "train", "n2"), recursive: true);
        AssertFails<DirectoryNotFoundException>(() => Load(DatasetPart.Training), Path.Combine("n2", "images"));
    }

    [TestMethod]
    public void Texts_of_another_form_are_refused()
    {
        Write();
        _folder.WriteLines("val/val_annotations.txt", "val_0.JPEG\tn4\t0\t0\t9\t9");
        AssertFails<FormatException>(() => Load(DatasetPart.Test), "line 1: found class 'n4'", "one of the 3");
        _folder.WriteLines("val/val_annotations.txt", "val_0.JPEG\tn1", "val_1.JPEG n1");
        AssertFails<FormatException>(() => Load(DatasetPart.Test), "line 2: found 'val_1.JPEG n1'", "a tab");
        _folder.WriteLines("val/val_annotations.txt", "val_0.JPEG\tn1", "val_1.JPEG\tn2", "val_0.JPEG\tn3");
        AssertFails<FormatException>(() => Load(DatasetPart.Test), "line 3: found image 'val_0.JPEG' for the second time", "'n3'");
        _folder.WriteLines("val/val_annotations.txt", Array.Empty<string>());
        AssertFails<FormatException>(() => Load(DatasetPart.Test), "is empty");
        _folder.WriteLines("wnids.txt", "n1", "n1");
        AssertFails<FormatException>(() => Load(DatasetPart.Test), "wnids.txt' has 2 lines, 1 of them different");
    }

    [TestMethod]
    public void Images_of_another_size_are_refused_when_they_are_read()
    {
        Write();
        string path = _folder.WriteImage("train/n1/images/n1_0.JPEG", 0, side: 32);
        AssertFails<FormatException>(
            () => ImageRow.ReadAll(Load(DatasetPart.Training)), path, "an image of 32 x 32 pixels", "expected 64 x 64");
    }

    private IDataView Load(DatasetPart part) => _catalog.LoadTinyImageNet(_folder.Path, part);

    private void Write()
    {
        _folder.WriteLines("wnids.txt", "n3", "n1", "n2");
        _folder.WriteImage("train/n1/images/n1_0.JPEG", 0x101010, side: 64);
        _folder.WriteImage("train/n1/images/n1_1.JPEG", 0x111111, side: 64);
        _folder.WriteLines("train/n1/n1_boxes.txt", "n1_0.JPEG\t0\t10\t63\t58");
        _folder.WriteImage("train/n2/images/n2_0.JPEG", 0x202020, side: 64);
        _folder.WriteImage("train/n3/images/n3_0.JPEG", 0x303030, side: 64);
        _folder.WriteImage("val/images/val_0.JPEG", 0xF0F0F0, side: 64);
        _folder.WriteImage("val/images/val_1.JPEG", 0xF1F1F1, side: 64);
        _folder.WriteLines("val/val_annotations.txt", "val_0.JPEG\tn2\t0\t32\t44\t62", "val_1.JPEG\tn3\t1\t2\t3\t4");
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
}
