using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.Tests.DataViews.Scoring;

/// <summary>
/// Scoring reads rows ahead, so an image column that a reader asks for together with the scores is buffered. The reader gets images of its
/// own, which live, as everywhere in ML.NET, until it reads the next row; those that the input only points to stay the caller's.
/// </summary>
[TestClass]
public class PassedThroughImagesTests
{
    /// <summary>More than two batches, the last one partial.</summary>
    private const int Count = 150;

    private static readonly MLContext Context = new(1);
    private static ITransformer s_model = null!;
    private readonly SyntheticImages.ImageRow[] _rows = [.. SyntheticImages.Draw(Count, seed: 5).Select(
        (drawn, number) => new SyntheticImages.ImageRow { Image = Tagged(drawn.Pixels, number), Label = drawn.Label })];

    private readonly byte[][] _pixels;

    public PassedThroughImagesTests() => _pixels = [.. _rows.Select(row => row.Image.Pixels.ToArray())];

    private IDataView Data => Context.Data.LoadFromEnumerable(_rows);

    [ClassInitialize]
    public static void Fit(TestContext testContext) =>
        s_model = Pipelines.Create(Context, Pipelines.FastOptions()).Fit(SyntheticImages.AsImages(Context, 90));

    [TestCleanup]
    public void TheCallersImagesAreStillWhole()
    {
        for (int number = 0; number < Count; number++)
        {
            CollectionAssert.AreEqual(_pixels[number], _rows[number].Image.Pixels.ToArray());
            _rows[number].Image.Dispose();
        }
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void EachRowHasItsImageEachTimeItIsRead(bool reuseRowObject)
    {
        IDataView scored = s_model.Transform(Data);
        for (int time = 0; time < 2; time++)
        {
            int number = 0;
            foreach (ScoredImage row in Context.Data.CreateEnumerable<ScoredImage>(scored, reuseRowObject))
            {
                AssertIsImage(number, row.Image);
                Assert.AreNotSame(_rows[number].Image, row.Image);
                number++;
            }

            Assert.AreEqual(Count, number);
        }
    }

    [TestMethod]
    public void AReaderMayDisposeWhatItGets()
    {
        IDataView scored = s_model.Transform(Data);
        for (int time = 0; time < 2; time++)
        {
            int number = 0;
            foreach (ScoredImage row in Read<ScoredImage>(scored))
            {
                AssertIsImage(number++, row.Image);
                row.Image.Dispose();
            }
        }
    }

    [TestMethod]
    public void AnImageOutlivesTheCursor()
    {
        IDataView scored = s_model.Transform(Data);
        MLImage image = null!;
        using (DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Image"], scored.Schema["Score"]]))
        {
            Assert.IsTrue(cursor.MoveNext());
            cursor.GetGetter<MLImage>(scored.Schema["Image"])(ref image);
        }

        AssertIsImage(0, image);
        image.Dispose();
    }

    [TestMethod]
    public void ARowsImageCanBeReadMoreThanOnce()
    {
        IDataView scored = s_model.Transform(Data);
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Image"], scored.Schema["Score"]]);
        ValueGetter<MLImage> getter = cursor.GetGetter<MLImage>(scored.Schema["Image"]);
        MLImage reused = null!;
        for (int number = 0; cursor.MoveNext(); number++)
        {
            MLImage fresh = null!;
            getter(ref fresh);
            getter(ref reused);
            Assert.AreNotSame(fresh, reused);
            AssertIsImage(number, fresh);
            AssertIsImage(number, reused);
            fresh.Dispose();
        }

        reused.Dispose();
    }

    [TestMethod]
    public void AnInputMayRecycleItsImages()
    {
        IDataView resized = Context.Transforms.ResizeImages("Image", 8, 8).Append(
            Context.Transforms.ResizeImages("Image", SyntheticImages.Side, SyntheticImages.Side)).Fit(Data).Transform(Data);
        byte[][] expected = [.. Read<ImageExample>(resized).Select(row => row.Image.Pixels.ToArray())];
        byte[][] found = [.. Read<ScoredImage>(s_model.Transform(resized)).Select(row => row.Image.Pixels.ToArray())];
        Assert.HasCount(Count, found);
        for (int number = 0; number < Count; number++)
        {
            CollectionAssert.AreEqual(expected[number], found[number]);
        }
    }

    [TestMethod]
    public void TwoReadersDoNotDisturbEachOther()
    {
        IDataView scored = s_model.Transform(Data);
        int number = 0;
        foreach ((ScoredImage one, ScoredImage other) in Read<ScoredImage>(scored).Zip(Read<ScoredImage>(scored)))
        {
            AssertIsImage(number, one.Image);
            AssertIsImage(number++, other.Image);
        }
    }

    [TestMethod]
    public void TheImageColumnChangesNoScore()
    {
        IDataView scored = s_model.Transform(Data);
        float[][] alone = Pipelines.Scores(scored);
        float[][] together = [.. Read<ScoredImage>(scored).Select(row => row.Score)];
        for (int number = 0; number < Count; number++)
        {
            CollectionAssert.AreEqual(alone[number], together[number]);
        }
    }

    private static MLImage Tagged(float[] pixels, int number)
    {
        MLImage image = SyntheticImages.ToImage(pixels);
        image.Tag = $"image {number}";
        return image;
    }

    private static IEnumerable<TRow> Read<TRow>(IDataView view)
        where TRow : class, new() => Context.Data.CreateEnumerable<TRow>(view, reuseRowObject: false);

    private void AssertIsImage(int number, MLImage image)
    {
        Assert.AreEqual($"image {number}", image.Tag);
        Assert.AreEqual(_rows[number].Image.PixelFormat, image.PixelFormat);
        CollectionAssert.AreEqual(_pixels[number], image.Pixels.ToArray());
    }

    private class ImageExample
    {
        [ImageType(SyntheticImages.Side, SyntheticImages.Side)]
        public MLImage Image { get; set; } = null!;
    }

    private sealed class ScoredImage : ImageExample
    {
        public float[] Score { get; set; } = [];
    }
}
