using Microsoft.ML.Snip.DataViews.Columns;
using Microsoft.ML.Snip.DataViews.Loading;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Tests.Images.DataSets;

namespace Microsoft.ML.Snip.Tests.DataViews.Loading;

/// <summary>Reading of files: in which size, how far it tells that it has come, and that it can be stopped.</summary>
[TestClass]
public sealed class RowLoaderTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly List<string> _notes = [];

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void WithoutAShapeImagesHaveTheFirstOnesSize()
    {
        _folder.WriteImage("a/1.png", 0x0A0A0A, side: 5);
        _folder.WriteImage("b/1.png", 0x141414, side: 9);
        ImageDataset dataset = Loader().LoadTrainingSet(Folder());
        Assert.AreEqual(new ImageShape(1, 5, 5), dataset.Shape, "all are grey");
        StringAssert.Contains(
            _notes.Single(), "resized to 5 x 5 pixels, chosen from the first image, which has 5 x 5. Set Options.ImageShape for another "
                + "size.");
        _folder.WriteImage("b/2.png", 0x0A141E, side: 7);
        Assert.AreEqual(new ImageShape(3, 5, 5), Loader().LoadTrainingSet(Folder()).Shape, "one is coloured");
    }

    [TestMethod]
    public void AFirstImageThatCannotBeReadIsPassedOver()
    {
        _folder.WriteLines("a/0.png", "no image");
        _folder.WriteImage("a/1.png", 0x0A0A0A, side: 100);
        _folder.WriteImage("b/1.png", 0x141414, side: 9);
        ImageDatasetLoader loader = Loader(invalidImages: InvalidImages.Skip);
        Assert.AreEqual(new ImageShape(1, 64, 64), loader.LoadTrainingSet(Folder()).Shape);
    }

    [TestMethod]
    public void EncodedImagesHaveTheFirstOnesSizeToo()
    {
        byte[] file = File.ReadAllBytes(_folder.WriteImage("1.png", 0x0A141E, side: 6));
        IDataView data = Rows.Keyed(new Encoded { Image = file, Label = "a" }, new Encoded { Image = file, Label = "b" });
        ImageDataset dataset = Loader().LoadTrainingSet(data);
        Assert.AreEqual(new ImageShape(3, 6, 6), dataset.Shape);
    }

    [TestMethod]
    public void TheShortOverloadReadsAFolder()
    {
        for (int number = 0; number < 20; number++)
        {
            _folder.WriteImage(
                $"{(number < 10 ? "dark" : "light")}/{number}.png", (number < 10 ? number : 255 - number) * 0x010101, side: 20 + number);
        }

        var mlContext = new MLContext(1);
        IDataView images = mlContext.Snip().LoadImageFolder(_folder.Path);
        foreach ((ImageShape? given, ImageShape expected) in new[] { ((ImageShape?)null, new ImageShape(1, 20, 20)),
            (new ImageShape(3, 16, 12), new ImageShape(3, 16, 12)) })
        {
            PrunedImageClassificationTrainer trainer = mlContext.Snip().PrunedImageClassification(
                architecture: NetworkArchitecture.LeNet300, sparsity: 0.9, epochs: 1, imageShape: given);
            ITransformer model = mlContext.Transforms.Conversion.MapValueToKey("Label").Append(trainer).Fit(images);
            Assert.AreEqual(expected, Pipelines.Classifier(model).CreatePredictor().ImageShape);
            Assert.HasCount(20, Pipelines.Scores(model.Transform(images)));
        }
    }

    [TestMethod]
    public void HowFarReadingHasComeIsToldEveryFewSeconds()
    {
        for (int number = 0; number < 100; number++)
        {
            _folder.WriteImage($"{number % 2}/{number}.png", number);
        }

        var clock = new SteppingClock(TimeSpan.FromSeconds(1));
        Loader(clock).LoadTrainingSet(Folder(), new ImageShape(1, 2, 2));
        Assert.IsNotEmpty(_notes);
        StringAssert.StartsWith(_notes[0], "Read ");
        StringAssert.Contains(_notes[0], " of 100 rows of the training data, ");
        var still = new SteppingClock(TimeSpan.Zero);
        _notes.Clear();
        Loader(still).LoadTrainingSet(Folder(), new ImageShape(1, 2, 2));
        Assert.IsEmpty(_notes);
    }

    [TestMethod]
    public void ReadingOfFilesIsStoppedAfterAFew()
    {
        for (int number = 0; number < 200; number++)
        {
            _folder.WriteLines($"{number % 2}/{number:D3}.png", "no image");
        }

        var loader = new ImageDatasetLoader("Label", "Image", () => throw new OperationCanceledException(), _ => { });
        Assert.ThrowsExactly<OperationCanceledException>(() => loader.LoadTrainingSet(Folder(), new ImageShape(1, 2, 2)));
        int checks = 0;
        loader = new ImageDatasetLoader("Label", "Image", () => checks++, _ => { });
        Assert.ThrowsExactly<FormatException>(() => loader.LoadTrainingSet(Folder(), new ImageShape(1, 2, 2)));
        Assert.IsGreaterThanOrEqualTo(200 / 32, checks, "at most 32 files are read between two checks");
    }

    [TestMethod]
    public void FilesGiveTheSamePixelsHoweverManyAreReadAtOnce()
    {
        var random = new Random(5);
        for (int number = 0; number < 70; number++)
        {
            _folder.WriteImage($"{number % 2}/{number:D3}.jpg", random.Next(1 << 24), side: 8 + random.Next(30));
        }

        IDataView data = Folder();
        var shape = new ImageShape(3, 8, 8);
        ImageDataset dataset = Loader().LoadTrainingSet(data, shape);
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        var oneByOne = PixelReader.Create(cursor, ImageColumn.Resolve(data.Schema, "Image", shape));
        float[] expected = new float[shape.Count], found = new float[shape.Count];
        for (int row = 0; cursor.MoveNext(); row++)
        {
            oneByOne.Read(expected);
            dataset.CopyNormalized(row, PixelNormalization.Unchanged(3), found);
            CollectionAssert.AreEqual(expected, found);
        }

        Assert.AreEqual(70, dataset.Count);
    }

    private IDataView Folder()
    {
        IDataView view = Rows.Context.Snip().LoadImageFolder(_folder.Path);
        return Rows.Context.Transforms.Conversion.MapValueToKey("Label").Fit(view).Transform(view);
    }

    private ImageDatasetLoader Loader(TimeProvider? clock = null, InvalidImages invalidImages = InvalidImages.Fail) =>
        new("Label", "Image", () => { }, _ => { }) { Inform = _notes.Add, Clock = clock
            ?? TimeProvider.System, InvalidImages = invalidImages };

    private sealed class Encoded
    {
        public byte[] Image { get; set; } = [];

        public string Label { get; set; } = string.Empty;
    }

    /// <summary>Goes on by one step each time it is asked.</summary>
    private sealed class SteppingClock(TimeSpan step) : TimeProvider
    {
        private long _time;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _time += step.Ticks;
    }
}
