using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.Tests.DataViews.Scoring;

/// <summary>How far scoring reads ahead of its reader: a little at first, then more, and never so much that memory suffers.</summary>
[TestClass]
public class BatchWindowTests
{
    private static readonly MLContext Context = new(1);
    private static PrunedImageClassificationTransformer s_model = null!;

    [ClassInitialize]
    public static void Fit(TestContext testContext) =>
        s_model = Pipelines.Classifier(Pipelines.Create(Context, Pipelines.FastOptions()).Fit(SyntheticImages.AsVectors(Context, 90)));

    [TestMethod]
    public void TheFirstRowIsReadAloneAndWindowsDoubleUpToSixtyFour()
    {
        int taken = 0;
        IDataView camera = Context.Data.LoadFromEnumerable(Stream(SyntheticImages.Draw(1000, 3), () => taken++));
        using IEnumerator<Scored> rows = Context.Data.CreateEnumerable<Scored>(
            s_model.Transform(camera), reuseRowObject: false).GetEnumerator();
        var ends = new List<int>();
        for (int row = 1; row <= 300; row++)
        {
            Assert.IsTrue(rows.MoveNext());
            if (ends.Count == 0 || ends[^1] != taken)
            {
                ends.Add(taken);
            }
        }

        CollectionAssert.AreEqual(new[] { 1, 3, 7, 15, 31, 63, 127, 191, 255, 319 }, ends);
    }

    [TestMethod]
    public void TakingOneRowOfACameraReadsOne()
    {
        int taken = 0;
        IDataView camera = Context.Data.LoadFromEnumerable(Stream(SyntheticImages.Draw(1000, 3), () => taken++));
        Assert.HasCount(1, Context.Data.CreateEnumerable<Scored>(s_model.Transform(camera), reuseRowObject: false).Take(1));
        Assert.AreEqual(1, taken);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(20)]
    [DataRow(100)]
    public void RowsBeforeABadOneAreGivenAndThenItsError(int bad)
    {
        SyntheticImages.VectorRow[] rows = Rows(130);
        rows[bad].Image[3] = float.NaN;
        float[][] expected = Pipelines.Scores(s_model.Transform(Context.Data.LoadFromEnumerable(Rows(130))));
        var given = new List<float[]>();
        var error = Assert.Throws<InvalidOperationException>(() => ReadTo(given, rows));
        StringAssert.Contains(error.Message, $"'Image', row {bad} (counted from 0): pixel 3 is NaN");
        Assert.HasCount(bad, given);
        for (int row = 0; row < bad; row++)
        {
            for (int place = 0; place < given[row].Length; place++)
            {
                Assert.AreEqual(expected[row][place], given[row][place], 1e-5f, "batches of other sizes differ in the last bits");
            }
        }
    }

    /// <summary>
    /// Numbers are looked at when several rows have been taken: the first bad row must be named though a later one fails sooner.
    /// </summary>
    [TestMethod]
    public void OfTwoBadRowsOfABatchTheFirstIsNamed()
    {
        AnyLength[] rows = [.. Rows(60).Select(row => new AnyLength { Image = row.Image })];
        rows[40].Image[3] = float.NaN;
        rows[44].Image = [1, 2];
        var given = new List<float[]>();
        var error = Assert.Throws<InvalidOperationException>(() => ReadTo(given, rows));
        StringAssert.Contains(error.Message, "row 40 ");
        Assert.HasCount(40, given);
    }

    [TestMethod]
    public void AFailureOfTheInputComesAfterTheRowsBeforeIt()
    {
        static IEnumerable<SyntheticImages.VectorRow> Failing()
        {
            foreach (SyntheticImages.VectorRow row in Rows(20))
            {
                yield return row;
            }

            throw new IOException("the camera was unplugged");
        }

        var given = new List<float[]>();
        StringAssert.Contains(Assert.Throws<IOException>(() => ReadTo(given, Failing())).Message, "unplugged");
        Assert.HasCount(20, given);
    }

    [TestMethod]
    public void ACursorThatFailedFailsAgain()
    {
        SyntheticImages.VectorRow[] rows = Rows(3);
        rows[1].Image[0] = float.NaN;
        IDataView scored = s_model.Transform(Context.Data.LoadFromEnumerable(rows));
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        Assert.IsTrue(cursor.MoveNext());
        Assert.Throws<InvalidOperationException>(() => cursor.MoveNext());
        Assert.Throws<InvalidOperationException>(() => cursor.MoveNext());
    }

    [TestMethod]
    public void LargeImagesAmongTheOutputsAreKeptAFewAtATime()
    {
        // 12 MB each: three reach the limit of a batch, so that after some rows each batch has three.
        int taken = 0;
        IEnumerable<Large> images = Enumerable.Range(0, 40).Select(_ =>
        {
            taken++;
            return new Large { Image = MLImage.CreateFromPixels(2000, 1500, MLPixelFormat.Rgba32, new byte[2000 * 1500 * 4]) };
        });
        IDataView scored = s_model.Transform(Context.Data.LoadFromEnumerable(images));
        int given = 0;
        int maxAhead = 0;
        foreach (LargeScored row in Context.Data.CreateEnumerable<LargeScored>(scored, reuseRowObject: false))
        {
            given++;
            maxAhead = Math.Max(maxAhead, taken - given);
            row.Image.Dispose();
        }

        Assert.AreEqual(40, given);
        Assert.AreEqual(2, maxAhead);
    }

    [TestMethod]
    public void ARowOfAPredictionEngineHasNoNumber()
    {
        using var engine = Context.Model.CreatePredictionEngine<SyntheticImages.VectorRow, Scored>(s_model);
        SyntheticImages.VectorRow[] rows = Rows(3);
        rows[2].Image[5] = float.NaN;
        engine.Predict(rows[0]);
        engine.Predict(rows[1]);
        var error = Assert.Throws<InvalidOperationException>(() => engine.Predict(rows[2]));
        StringAssert.Contains(error.Message, "Image column 'Image': pixel 5 is NaN");
        Assert.IsFalse(error.Message.Contains("row", StringComparison.Ordinal), error.Message);
        engine.Predict(rows[1]);
    }

    private static void ReadTo<TRow>(List<float[]> scores, IEnumerable<TRow> rows)
        where TRow : class
    {
        IDataView data = Context.Data.LoadFromEnumerable(rows);
        foreach (Scored row in Context.Data.CreateEnumerable<Scored>(s_model.Transform(data), reuseRowObject: false))
        {
            scores.Add(row.Score);
        }
    }

    private static SyntheticImages.VectorRow[] Rows(int count) =>
        [.. SyntheticImages.Draw(count, 4).Select(image => new SyntheticImages.VectorRow { Image = image.Pixels })];

    private static IEnumerable<SyntheticImages.VectorRow> Stream(IEnumerable<(float[] Pixels, string Label)> images, Action taken)
    {
        foreach ((float[] pixels, string _) in images)
        {
            taken();
            yield return new SyntheticImages.VectorRow { Image = pixels };
        }
    }

    private sealed class Scored
    {
        public float[] Score { get; set; } = [];
    }

    private sealed class AnyLength
    {
        public float[] Image { get; set; } = [];
    }

    private class Large
    {
        [ImageType(1500, 2000)]
        public MLImage Image { get; set; } = null!;
    }

    private sealed class LargeScored : Large
    {
        public float[] Score { get; set; } = [];
    }
}
