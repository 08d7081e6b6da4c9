using Microsoft.ML.Data;
using Microsoft.ML.Snip.DataViews.Loading;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Tests.Images.DataSets;

namespace Microsoft.ML.Snip.Tests.DataViews.Loading;

/// <summary>Data sets with images that cannot be read, in every kind of image column.</summary>
[TestClass]
public sealed class InvalidImagesTests : IDisposable
{
    private static readonly ImageShape Shape = new(1, 2, 2);
    private readonly DataFolder _folder = new();
    private readonly List<string> _reports = [];

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void AllBadFilesOfAFolderAreListedBeforeTraining()
    {
        IDataView data = Folder(count: 60, bad: [3, 4, 59]);
        var error = Assert.ThrowsExactly<FormatException>(() => Loader(InvalidImages.Fail).LoadTrainingSet(data, Shape));
        StringAssert.Contains(error.Message, "3 of 60 images of the training data cannot be read: (1) ");
        foreach (string name in new[] { "a/03.png", "a/04.png", "b/59.png" })
        {
            StringAssert.Contains(error.Message, $"{name}': the 9 bytes are not an image");
        }

        StringAssert.Contains(error.Message, "Options.InvalidImages");
    }

    [TestMethod]
    public void BadFilesOfAFolderAreSkippedAndCountedAndTheOthersKeepTheirOrder()
    {
        ImageDataset dataset = Loader(InvalidImages.Skip).LoadTrainingSet(Folder(count: 60, bad: [3, 4, 59]), Shape);
        Assert.AreEqual(57, dataset.Count);
        Assert.AreEqual(3, dataset.SkippedCount);
        CollectionAssert.AreEqual(
            Enumerable.Range(0, 60).Except([3, 4, 59]).ToArray(), Enumerable.Range(0, 57).Select(index => (int)Grey(dataset, index))
            .ToArray());
        CollectionAssert.AreEqual(Enumerable.Range(0, 57).Select(index => index < 28 ? 0 : 1).ToArray(), dataset.Labels);
        StringAssert.StartsWith(_reports.Single(), "3 of 60 images of the training data cannot be read: (1) ");
        StringAssert.EndsWith(_reports.Single(), "They are skipped.");
    }

    [TestMethod]
    public void BadRowsOfEncodedImagesAreListedOrSkipped()
    {
        byte[] good = File.ReadAllBytes(_folder.WriteImage("0.png", 0x050505));
        IDataView data = Rows.Keyed([.. Enumerable.Range(0, 50).Select(
            row => new Encoded { Image = row switch { 7 => [1, 2, 3], 30 => [], 49 => good[..40], _ => good }, Label = row % 2 == 0 ? "a"
            : "b" })]);
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Loader(InvalidImages.Fail).LoadTrainingSet(data, Shape));
        StringAssert.Contains(error.Message, "(1) Image column 'Image', row 7 (counted from 0): the 3 bytes");
        StringAssert.Contains(error.Message, "(2) Image column 'Image', row 30 (counted from 0): the image is missing");
        StringAssert.Contains(error.Message, "(3) Image column 'Image', row 49 (counted from 0): the 40 bytes");
        ImageDataset dataset = Loader(InvalidImages.Skip).LoadTrainingSet(data, Shape);
        Assert.AreEqual(47, dataset.Count);
        Assert.AreEqual(3, dataset.SkippedCount);
        Assert.AreEqual(0, dataset.Labels[7], "row 8 is the seventh that is left");
    }

    [TestMethod]
    public void BadRowsOfNumbersAreListedOrSkipped()
    {
        IDataView data = Rows.Keyed([.. Enumerable.Range(0, 200).Select(
            row => new Rows.Numbers { Image = [row, 0, row is 5 or 150 ? float.NaN : 1, 0], Label = row % 2 == 0 ? "a" : "b" })]);
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Loader(InvalidImages.Fail).LoadTrainingSet(data));
        StringAssert.Contains(error.Message, "(1) Image column 'Image', row 5 (counted from 0): pixel 2 is NaN");
        StringAssert.Contains(error.Message, "(2) Image column 'Image', row 150 ");
        ImageDataset dataset = Loader(InvalidImages.Skip).LoadTrainingSet(data);
        Assert.AreEqual(198, dataset.Count);
        Assert.AreEqual(6, Grey(dataset, 5));
    }

    [TestMethod]
    public void MissingImagesAreSkipped()
    {
        using MLImage image = Rows.Pixels(0x010101, 0x020202);
        IDataView data = Rows.Keyed([.. Enumerable.Range(0, 10).Select(
            row => new Rows.ImageRow { Image = row == 4 ? null : image, Label = row % 2 == 0 ? "a" : "b" })]);
        Assert.AreEqual(1, Loader(InvalidImages.Skip).LoadTrainingSet(data).SkippedCount);
    }

    [TestMethod]
    public void WhereNothingIsLeftTheCauseIsToldEvenIfBadOnesAreSkipped()
    {
        IDataView data = Folder(count: 4, bad: [0, 1, 2, 3]);
        StringAssert.Contains(
            Assert.ThrowsExactly<FormatException>(() => Loader(InvalidImages.Skip).LoadTrainingSet(data, Shape)).Message, "4 of 4 images");
        StringAssert.Contains(
            Assert.ThrowsExactly<FormatException>(() => Loader(InvalidImages.Skip).LoadTrainingSet(data)).Message, "No image of column "
                + "'Image' can be read");
    }

    [TestMethod]
    public void AFitCountsWhatItSkippedOfBothSetsInItsHistory()
    {
        var mlContext = new MLContext(1);
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.Epochs = 1;
        options.InvalidImages = InvalidImages.Skip;
        SyntheticImages.VectorRow[] rows = [.. SyntheticImages.Draw(60, 1).Select(
            example => new SyntheticImages.VectorRow { Image = example.Pixels, Label = example.Label })];
        rows[8].Image[3] = float.NaN;
        IDataView data = mlContext.Data.LoadFromEnumerable(rows);
        options.ValidationSet = PrunedImageClassificationTrainerTests.Keyed(mlContext, data);
        PrunedImageClassificationTransformer model = Pipelines.Classifier(Pipelines.Create(mlContext, options).Fit(data));
        Assert.AreEqual(2, model.History.SkippedImages);
        using var file = new TemporaryFile();
        model.SaveModelFile(file.Path);
        options.ValidationSet = null;
        options.ValidationFraction = 0.2;
        Assert.AreEqual(
            1, Pipelines.Classifier(Pipelines.Create(mlContext, options).Fit(data)).History.SkippedImages, "held out from the same set");
        options.InvalidImages = InvalidImages.Fail;
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Pipelines.Create(mlContext, options).Fit(data));
        StringAssert.Contains(error.Message, "row 8 (counted from 0): pixel 3 is NaN");
    }

    private IDataView Folder(int count, int[] bad)
    {
        for (int number = 0; number < count; number++)
        {
            string name = $"{(number < count / 2 ? "a" : "b")}/{number:D2}.png";
            if (bad.Contains(number))
            {
                _folder.WriteLines(name, "no image");
            }
            else
            {
                _folder.WriteImage(name, number * 0x010101);
            }
        }

        IDataView view = Rows.Context.Snip().LoadImageFolder(_folder.Path);
        return Rows.Context.Transforms.Conversion.MapValueToKey("Label").Fit(view).Transform(view);
    }

    private ImageDatasetLoader Loader(InvalidImages invalidImages) =>
        new("Label", "Image", () => { }, _reports.Add) { InvalidImages = invalidImages };

    private static float Grey(ImageDataset dataset, int index)
    {
        var raw = new float[dataset.Shape.Count];
        dataset.CopyNormalized(index, PixelNormalization.Unchanged(dataset.Shape.Channels), raw);
        return raw[0];
    }

    private sealed class Encoded
    {
        public byte[] Image { get; set; } = [];

        public string Label { get; set; } = string.Empty;
    }
}
