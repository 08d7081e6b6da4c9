using Microsoft.ML.Data;
using Microsoft.ML.Snip.DataViews.Loading;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.Tests.DataViews.Loading;

[TestClass]
public class ImageDatasetLoaderTests
{
    private readonly List<string> _reports = [];
    private int _checks;

    private ImageDatasetLoader Loader => new("Label", "Image", () => _checks++, _reports.Add);

    [TestMethod]
    public void Numbers_and_labels_are_loaded_in_order()
    {
        ImageDataset dataset = Loader.LoadTrainingSet(Rows.Keyed(Numbers("b", 1), Numbers("a", 2), Numbers("b", 3)));
        Assert.AreEqual(new ImageShape(1, 2, 2), dataset.Shape);
        CollectionAssert.AreEqual(new[] { "b", "a" }, dataset.Classes.Names);
        CollectionAssert.AreEqual(new[] { 0, 1, 0 }, dataset.Labels);
        Assert.AreEqual(3, dataset.Count);
        CollectionAssert.AreEqual(new float[] { 3, 3, 3, 3 }, Raw(dataset, 2));
        Assert.HasCount(0, _reports);
    }

    [TestMethod]
    public void Bytes_are_loaded_in_any_number_of_channels()
    {
        IDataView view = Rows.Keyed(
            new Rows.Bytes { Image = [0, 255, 1, 3], Label = "a" }, new Rows.Bytes { Image = [5, 6, 7, 8], Label = "b" });
        ImageDataset dataset = Loader.LoadTrainingSet(view, new ImageShape(2, 1, 2));
        Assert.AreEqual(new ImageShape(2, 1, 2), dataset.Shape);
        CollectionAssert.AreEqual(new float[] { 0, 255, 1, 3 }, Raw(dataset, 0));
        CollectionAssert.AreEqual(new float[] { 5, 6, 7, 8 }, Raw(dataset, 1));
        CollectionAssert.AreEqual(new[] { 66.5f, 4.75f }, dataset.ComputeNormalization().Mean);
    }

    [TestMethod]
    public void Grey_images_get_one_channel()
    {
        using MLImage first = Rows.Pixels(0x010101, 0x020202);
        using MLImage second = Rows.Pixels(0xFFFFFF, 0x000000);
        ImageDataset dataset = Loader.LoadTrainingSet(Rows.Keyed(
            new Rows.ImageRow { Image = first, Label = "a" }, new Rows.ImageRow { Image = second, Label = "b" }));
        Assert.AreEqual(new ImageShape(1, 1, 2), dataset.Shape);
        CollectionAssert.AreEqual(new float[] { 1, 2 }, Raw(dataset, 0));
        CollectionAssert.AreEqual(new float[] { 255, 0 }, Raw(dataset, 1));
    }

    [TestMethod]
    public void One_coloured_pixel_makes_three_channels_of_all_images()
    {
        using MLImage grey = Rows.Pixels(0x010101, 0x020202);
        using MLImage coloured = Rows.Pixels(0x030303, 0x040506);
        ImageDataset dataset = Loader.LoadTrainingSet(Rows.Keyed(
            new Rows.ImageRow { Image = grey, Label = "a" },
            new Rows.ImageRow { Image = coloured, Label = "b" },
            new Rows.ImageRow { Image = grey, Label = "b" }));
        Assert.AreEqual(new ImageShape(3, 1, 2), dataset.Shape);
        CollectionAssert.AreEqual(new float[] { 1, 2, 1, 2, 1, 2 }, Raw(dataset, 0));
        CollectionAssert.AreEqual(new float[] { 3, 4, 3, 5, 3, 6 }, Raw(dataset, 1));
        CollectionAssert.AreEqual(new float[] { 1, 2, 1, 2, 1, 2 }, Raw(dataset, 2));
    }

    [TestMethod]
    public void A_given_shape_decides_the_channels()
    {
        using MLImage coloured = Rows.Pixels(0x0A141E, 0xC8C8C8);
        IDataView view = Rows.Keyed(
            new Rows.ImageRow { Image = coloured, Label = "a" }, new Rows.ImageRow { Image = coloured, Label = "b" });
        ImageDataset dataset = Loader.LoadTrainingSet(view, new ImageShape(1, 1, 2));
        CollectionAssert.AreEqual(new float[] { 18, 200 }, Raw(dataset, 1));
    }

    [TestMethod]
    public void Rows_without_a_label_are_left_out_and_reported()
    {
        // The bad pixel is not looked at: its row has no label.
        ImageDataset dataset = Loader.LoadTrainingSet(
            Keyed("ab", Numbers("a", 1), Numbers("x", float.NaN), Numbers("b", 2), Numbers("y", 9)));
        CollectionAssert.AreEqual(new[] { 0, 1 }, dataset.Labels);
        CollectionAssert.AreEqual(new float[] { 2, 2, 2, 2 }, Raw(dataset, 1));
        Assert.HasCount(1, _reports);
        StringAssert.Contains(_reports[0], "2 of 4 rows have a missing label in column 'Label'");
    }

    [TestMethod]
    public void Keys_of_every_raw_type_are_read()
    {
        // Properties hold the class from 0; what is beyond the last class becomes the missing key.
        IDataView view = Rows.View(new Key { Label = 2 }, new Key { Label = 3 }, new Key { Label = 0 });
        foreach ((DataKind kind, Type type) in new[]
                 {
                     (DataKind.Byte, typeof(byte)), (DataKind.UInt16, typeof(ushort)), (DataKind.UInt32, typeof(uint)),
                     (DataKind.UInt64, typeof(ulong)),
                 })
        {
            IDataView keys = Rows.Context.Transforms.Conversion.ConvertType("Label", outputKind: kind).Fit(view).Transform(view);
            Assert.AreEqual(type, keys.Schema["Label"].Type.RawType);
            ImageDataset dataset = Loader.LoadTrainingSet(keys);
            CollectionAssert.AreEqual(new[] { 2, 0 }, dataset.Labels, kind.ToString());
            CollectionAssert.AreEqual(new[] { "0", "1", "2" }, dataset.Classes.Names);
        }
    }

    [TestMethod]
    public void Missing_columns_and_labels_that_are_no_keys_are_mismatches()
    {
        IDataView texts = Rows.View(Numbers("a", 1));
        AssertFails<ArgumentOutOfRangeException>(() => Loader.LoadTrainingSet(texts), "MapValueToKey(\"Label\")");
        IDataView keyed = Rows.Keyed(Numbers("a", 1), Numbers("b", 1));
        AssertFails<ArgumentOutOfRangeException>(
            () => new ImageDatasetLoader("Class", "Image", () => { }, _ => { }).LoadTrainingSet(keyed),
            "'Class'; the columns are 'Image' and 'Label'");
        AssertFails<ArgumentOutOfRangeException>(
            () => new ImageDatasetLoader("Label", "Photo", () => { }, _ => { }).LoadTrainingSet(keyed), "'Photo'",
            "; the columns are 'Image' and 'Label'");
    }

    [TestMethod]
    public void Data_without_anything_to_learn_is_refused()
    {
        AssertFails<InvalidOperationException>(() => Loader.LoadTrainingSet(Keyed("a", Numbers("a", 1))), "'Label' has 1 class");
        AssertFails<InvalidOperationException>(
            () => Loader.LoadTrainingSet(Keyed("ab", Numbers("b", 1), Numbers("b", 2))), "All 2 labelled rows", "'b'");
        AssertFails<InvalidOperationException>(() => Loader.LoadTrainingSet(Keyed<Rows.Numbers>("ab")), "no rows");
        AssertFails<InvalidOperationException>(() => Loader.LoadTrainingSet(Keyed("ab", Numbers("x", 1))), "all 1 have a missing label");
    }

    [TestMethod]
    public void Data_without_labels_is_not_said_to_lack_classes()
    {
        AssertFails<InvalidOperationException>(() => Loader.LoadTrainingSet(Rows.Keyed<Rows.Numbers>()), "training data has no rows");
        AssertFails<InvalidOperationException>(
            () => Loader.LoadTrainingSet(Rows.Keyed(Numbers(string.Empty, 1), Numbers(string.Empty, 2))), "no labelled row", "all 2",
            "'Label'");
        ImageDataset training = Loader.LoadTrainingSet(Rows.Keyed(Numbers("a", 1), Numbers("b", 2)));
        AssertFails<InvalidOperationException>(
            () => Loader.LoadValidationSet(Keyed<Rows.Numbers>("ab"), training), "ValidationSet has no rows");
    }

    [TestMethod]
    public void A_validation_set_that_the_pipeline_has_not_seen_is_named()
    {
        ImageDataset training = Loader.LoadTrainingSet(Rows.Keyed(Numbers("a", 1), Numbers("b", 2)));
        const string Advice = "pipeline's steps before the trainer";
        IDataView keyed = Rows.Keyed(Numbers("a", 1));
        IDataView Without(string column) => Rows.Context.Transforms.DropColumns(column).Fit(keyed).Transform(keyed);
        AssertFails<ArgumentOutOfRangeException>(
            () => Loader.LoadValidationSet(Rows.View(Numbers("a", 1)), training), "ValidationSet has a label column 'Label' of type "
                + "String", Advice);
        AssertFails<ArgumentOutOfRangeException>(
            () => Loader.LoadValidationSet(Without("Label"), training), "ValidationSet has no label column 'Label'", Advice);
        AssertFails<ArgumentOutOfRangeException>(
            () => Loader.LoadValidationSet(Without("Image"), training), "ValidationSet has no image column 'Image'", Advice);
    }

    [TestMethod]
    public void Images_that_the_cache_left_out_are_missed_with_a_hint()
    {
        using MLImage grey = Rows.Pixels(0x010101, 0x020202);
        IDataView keyed = Rows.Keyed(new Rows.ImageRow { Image = grey, Label = "a" }, new Rows.ImageRow { Image = grey, Label = "b" });
        AssertFails<ArgumentOutOfRangeException>(
            () => Loader.LoadTrainingSet(Rows.Context.Data.Cache(keyed)), "'Image'", "Cache leaves out");
    }

    [TestMethod]
    public void Cancellation_is_checked_every_few_hundred_rows()
    {
        IDataView view = Rows.Keyed([.. Enumerable.Range(0, 1000).Select(index => Numbers(index % 2 == 0 ? "a" : "b", index))]);
        Loader.LoadTrainingSet(view);
        Assert.AreEqual(4, _checks);
        var cancelled = new ImageDatasetLoader("Label", "Image", () => throw new OperationCanceledException(), _ => { });
        Assert.ThrowsExactly<OperationCanceledException>(() => cancelled.LoadTrainingSet(view));
    }

    [TestMethod]
    public void Validation_labels_are_matched_by_value()
    {
        ImageDataset training = Loader.LoadTrainingSet(Keyed("abc", Numbers("a", 1), Numbers("b", 2)));
        ImageDataset validation = Loader.LoadValidationSet(Keyed("xcba", Numbers("a", 1), Numbers("c", 2), Numbers("b", 3)), training);
        CollectionAssert.AreEqual(new[] { 0, 2, 1 }, validation.Labels);
        Assert.AreSame(training.Classes, validation.Classes);
        Assert.AreEqual(training.Shape, validation.Shape);
    }

    [TestMethod]
    public void Validation_images_take_the_shape_of_the_training_set()
    {
        using MLImage grey = Rows.Pixels(0x010101, 0x020202);
        using MLImage coloured = Rows.Pixels(0x0A141E, 0xC8C8C8);
        ImageDataset training = Loader.LoadTrainingSet(Rows.Keyed(
            new Rows.ImageRow { Image = grey, Label = "a" }, new Rows.ImageRow { Image = grey, Label = "b" }));
        ImageDataset validation = Loader.LoadValidationSet(Rows.Keyed(new Rows.ImageRow { Image = coloured, Label = "b" }), training);
        Assert.AreEqual(new ImageShape(1, 1, 2), validation.Shape);
        CollectionAssert.AreEqual(new[] { 1 }, validation.Labels);
        CollectionAssert.AreEqual(new float[] { 18, 200 }, Raw(validation, 0));
    }

    [TestMethod]
    public void A_class_that_the_training_set_lacks_is_refused()
    {
        ImageDataset training = Loader.LoadTrainingSet(Rows.Keyed(Numbers("a", 1), Numbers("b", 2)));
        AssertFails<InvalidOperationException>(
            () => Loader.LoadValidationSet(Rows.Keyed(Numbers("a", 1), Numbers("z", 2)), training), "'z'");
        AssertFails<ArgumentOutOfRangeException>(
            () => Loader.LoadValidationSet(Rows.Keyed(new NumberLabel { Label = 1 }), training), "Text", "Int32");
    }

    private static Rows.Numbers Numbers(string label, float value) => new() { Image = [value, value, value, value], Label = label };

    /// <summary>Keys for the given letters in that order; other labels are missing.</summary>
    private static IDataView Keyed<T>(string letters, params T[] rows)
        where T : class
    {
        IDataView keys = Rows.View([.. letters.Select(letter => new Rows.Numbers { Label = letter.ToString() })]);
        return Rows.Context.Transforms.Conversion.MapValueToKey("Label").Fit(keys).Transform(Rows.View(rows));
    }

    private static float[] Raw(ImageDataset dataset, int index)
    {
        var raw = new float[dataset.Shape.Count];
        float[] zeros = new float[dataset.Shape.Channels];
        dataset.CopyNormalized(index, new PixelNormalization([.. zeros], [.. zeros.Select(_ => 1f)]), raw);
        return raw;
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

    private class Pixels
    {
        [VectorType(4)]
        public float[] Image { get; set; } = new float[4];
    }

    private sealed class NumberLabel : Pixels
    {
        public int Label { get; set; }
    }

    private sealed class Key : Pixels
    {
        [KeyType(3)]
        public uint Label { get; set; }
    }
}
