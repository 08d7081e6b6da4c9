using Microsoft.ML.Data;

namespace Microsoft.ML.Snip.Tests.DataViews.Scoring;

/// <summary>
/// Vectors of bytes of known size hold pixels: what is learned from them, and how they score, is as with images of the same pixels.
/// </summary>
[TestClass]
public class ByteVectorTests
{
    /// <summary>More than two batches, the last one partial.</summary>
    private const int Count = 150;

    private static readonly MLContext Context = new(1);
    private static ITransformer s_model = null!;

    [ClassInitialize]
    public static void Fit(TestContext testContext) =>
        s_model = Pipelines.Create(Context, Pipelines.FastOptions()).Fit(SyntheticImages.AsBytes(Context, 90));

    [TestMethod]
    public void AFitGivesTheSameModelFileAsWithImages()
    {
        ITransformer fromImages = Pipelines.Create(Context, Pipelines.FastOptions()).Fit(SyntheticImages.AsImages(Context, 90));
        CollectionAssert.AreEqual(
            Pipelines.ModelFile(Pipelines.Classifier(fromImages)), Pipelines.ModelFile(Pipelines.Classifier(s_model)));
    }

    [TestMethod]
    public void BytesFloatsAndImagesOfTheSamePixelsScoreTheSame()
    {
        float[][] bytes = Pipelines.Scores(s_model.Transform(SyntheticImages.AsBytes(Context, Count, seed: 9)));
        float[][] floats = Pipelines.Scores(s_model.Transform(SyntheticImages.AsVectors(Context, Count, seed: 9)));
        float[][] images = Pipelines.Scores(s_model.Transform(SyntheticImages.AsImages(Context, Count, seed: 9)));
        Assert.HasCount(Count, bytes);
        for (int row = 0; row < Count; row++)
        {
            CollectionAssert.AreEqual(floats[row], bytes[row]);
            CollectionAssert.AreEqual(images[row], bytes[row]);
        }
    }

    [TestMethod]
    public void SavedAndLoadedItPredictsBytes()
    {
        IDataView data = SyntheticImages.AsBytes(Context, 9, seed: 9);
        using var file = new MemoryStream();
        Context.Model.Save(s_model, data.Schema, file);
        file.Position = 0;
        ITransformer loaded = Context.Model.Load(file, out _);
        using var engine = Context.Model.CreatePredictionEngine<SyntheticImages.ByteRow, SyntheticImages.Prediction>(loaded);
        foreach (SyntheticImages.ByteRow row in Context.Data.CreateEnumerable<SyntheticImages.ByteRow>(data, reuseRowObject: false))
        {
            Assert.AreEqual(row.Label, engine.Predict(row).PredictedLabel);
        }
    }

    [TestMethod]
    public void AReaderOfTheScoresGetsTheBytesToo()
    {
        IDataView data = SyntheticImages.AsBytes(Context, Count, seed: 9);
        ScoredBytes[] rows = [.. Context.Data.CreateEnumerable<ScoredBytes>(s_model.Transform(data), reuseRowObject: false)];
        byte[][] expected = [.. data.GetColumn<byte[]>("Image")];
        Assert.HasCount(Count, rows);
        for (int row = 0; row < Count; row++)
        {
            CollectionAssert.AreEqual(expected[row], rows[row].Image);
        }
    }

    [TestMethod]
    public void APipelineTakesThemBeforeItIsFitted()
    {
        SchemaShape shape = Pipelines.Create(Context, Pipelines.FastOptions()).GetOutputSchema(
            SchemaShape.Create(SyntheticImages.AsBytes(Context, 3).Schema));
        Assert.IsTrue(shape.TryFindColumn("Score", out _));
    }

    [TestMethod]
    public void AVectorOfAnotherSizeIsRefused()
    {
        IDataView shorter = Context.Data.LoadFromEnumerable(new[] { new ShortRow() });
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => Pipelines.Classifier(s_model).Transform(shorter));
        StringAssert.Contains(exception.Message, "'Image'");
        StringAssert.Contains(exception.Message, "256 Byte for the shape 1x16x16");
    }

    [TestMethod]
    public void ChannelsThatComeLastAreRefused()
    {
        IDataView data = Context.Data.LoadFromEnumerable(
            new[] { new ChannelsLastRow { Label = "a" }, new ChannelsLastRow { Label = "b" } });
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => Pipelines.Create(Context, Pipelines.FastOptions()).Fit(data));
        StringAssert.Contains(exception.Message, "channels x height x width");
    }

    private sealed class ScoredBytes
    {
        public byte[] Image { get; set; } = [];

        public float[] Score { get; set; } = [];
    }

    private sealed class ShortRow
    {
        [VectorType(5)]
        public byte[] Image { get; set; } = new byte[5];
    }

    private sealed class ChannelsLastRow
    {
        [VectorType(16, 16, 3)]
        public byte[] Image { get; set; } = new byte[16 * 16 * 3];

        public string Label { get; set; } = string.Empty;
    }
}
