using Microsoft.ML.Data;

namespace Microsoft.ML.Snip.Tests;

[TestClass]
public class PrunedImageClassificationTransformerTests
{
    private static readonly MLContext Context = new(1);
    private static IDataView s_data = null!;
    private static ITransformer s_model = null!;

    [ClassInitialize]
    public static void Fit(TestContext testContext)
    {
        s_data = SyntheticImages.AsVectors(Context, 210);
        s_model = Pipelines.Create(Context, Pipelines.FastOptions()).Fit(s_data);
    }

    [TestMethod]
    public void ScoresAreProbabilitiesAndThePredictedLabelIsTheMostProbable()
    {
        IDataView scored = s_model.Transform(s_data);
        string[] labels = [.. scored.GetColumn<string>("PredictedLabel")];
        float[][] scores = Pipelines.Scores(scored);
        VBuffer<ReadOnlyMemory<char>> slots = default;
        scored.Schema["Score"].GetSlotNames(ref slots);
        string[] names = [.. slots.DenseValues().Select(name => name.ToString())];
        CollectionAssert.AreEqual(SyntheticImages.ClassNames, names);
        for (int row = 0; row < scores.Length; row++)
        {
            Assert.AreEqual(1.0, scores[row].Sum(score => (double)score), 1e-5);
            Assert.AreEqual(labels[row], names[Array.IndexOf(scores[row], scores[row].Max())]);
        }
    }

    [TestMethod]
    public void EvaluateGivesTopKLogLossAndANamedConfusionMatrix()
    {
        MulticlassClassificationMetrics metrics = Context.MulticlassClassification.Evaluate(
            s_model.Transform(s_data), topKPredictionCount: 2);
        Assert.IsGreaterThan(0.95, metrics.MicroAccuracy);
        Assert.IsGreaterThanOrEqualTo(metrics.MicroAccuracy, metrics.TopKAccuracy);
        Assert.IsTrue(metrics.LogLoss is > 0 and < 1);
        StringAssert.Contains(metrics.ConfusionMatrix.GetFormattedConfusionTable(), "top left");
    }

    [TestMethod]
    public void APredictionEngineGivesTheSameScoresAsTransform()
    {
        using var engine = Context.Model.CreatePredictionEngine<SyntheticImages.VectorRow, SyntheticImages.Prediction>(s_model);
        float[][] scores = Pipelines.Scores(s_model.Transform(s_data));
        int row = 0;
        foreach (
            SyntheticImages.VectorRow example in Context.Data.CreateEnumerable<SyntheticImages.VectorRow>(s_data, reuseRowObject: false))
        {
            SyntheticImages.Prediction prediction = engine.Predict(example);
            AssertClose(scores[row++], prediction.Score);
            Assert.AreEqual(example.Label, prediction.PredictedLabel);
        }
    }

    [TestMethod]
    public void ImagesAndVectorsOfTheSamePixelsScoreTheSame()
    {
        float[][] vectors = Pipelines.Scores(s_model.Transform(SyntheticImages.AsVectors(Context, 20, seed: 9)));
        float[][] images = Pipelines.Scores(s_model.Transform(SyntheticImages.AsImages(Context, 20, seed: 9)));
        for (int row = 0; row < 20; row++)
        {
            CollectionAssert.AreEqual(vectors[row], images[row]);
        }
    }

    [TestMethod]
    public void ShufflingAndCachingAboveOrBelowKeepEachRowTogether()
    {
        Dictionary<string, float[]> expected = ByPixels(s_model.Transform(s_data));
        foreach (IDataView view in new[]
                 {
                     Context.Data.ShuffleRows(s_model.Transform(s_data), seed: 3),
                     s_model.Transform(Context.Data.ShuffleRows(s_data, seed: 3)),
                     Context.Data.Cache(s_model.Transform(s_data)),
                     s_model.Transform(Context.Data.Cache(s_data)),
                 })
        {
            Dictionary<string, float[]> found = ByPixels(view);
            Assert.HasCount(expected.Count, found);
            foreach ((string pixels, float[] score) in expected)
            {
                AssertClose(score, found[pixels]);
            }
        }
    }

    [TestMethod]
    public void ACursorSetGivesEveryRowOnce()
    {
        IDataView scored = s_model.Transform(s_data);
        DataViewRowCursor[] cursors = scored.GetRowCursorSet([scored.Schema["Score"], scored.Schema["Image"]], 4);
        Dictionary<string, float[]> expected = ByPixels(scored);
        var found = new List<string>();
        foreach (DataViewRowCursor cursor in cursors)
        {
            ValueGetter<VBuffer<float>> getScore = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]),
            getPixels = cursor.GetGetter<VBuffer<float>>(scored.Schema["Image"]);
            VBuffer<float> score = default, pixels = default;
            while (cursor.MoveNext())
            {
                getScore(ref score);
                getPixels(ref pixels);
                found.Add(string.Join(' ', pixels.DenseValues()));
                AssertClose(expected[found[^1]], [.. score.DenseValues()]);
            }

            cursor.Dispose();
        }

        CollectionAssert.AreEquivalent(expected.Keys, found);
    }

    [TestMethod]
    public void RowIdsAndOrderAreTheInputs()
    {
        IDataView scored = Pipelines.Classifier(s_model).Transform(s_data);
        Assert.AreEqual(210, scored.GetRowCount());
        using DataViewRowCursor input = s_data.GetRowCursor([]), output = scored.GetRowCursor([scored.Schema["Score"]]);
        ValueGetter<DataViewRowId> expected = input.GetIdGetter(), found = output.GetIdGetter();
        DataViewRowId a = default, b = default;
        while (input.MoveNext())
        {
            Assert.IsTrue(output.MoveNext());
            expected(ref a);
            found(ref b);
            Assert.AreEqual(a, b);
            Assert.AreEqual(input.Position, output.Position);
        }

        Assert.IsFalse(output.MoveNext());
        Assert.AreEqual(-1, output.Position);
    }

    [TestMethod]
    public void ColumnsThatNeedNoScoreAreReadWithoutScoring()
    {
        IDataView broken = Context.Data.LoadFromEnumerable(
            new[] { new SyntheticImages.VectorRow { Image = [.. Enumerable.Repeat(float.NaN, 256)], Label = "x" } });
        IDataView scored = s_model.Transform(broken);
        Assert.HasCount(1, scored.GetColumn<float[]>("Image"));
        Assert.Throws<InvalidOperationException>(() => Pipelines.Scores(scored));
    }

    [TestMethod]
    public void ARowThatCannotBeScoredIsNamedThoughRowsAreReadAhead()
    {
        SyntheticImages.VectorRow[] rows =
            [.. SyntheticImages.Draw(100, 1).Select(example => new SyntheticImages.VectorRow { Image = example.Pixels })];
        rows[71].Image[3] = float.NaN;
        var exception = Assert.Throws<InvalidOperationException>(
            () => Pipelines.Scores(s_model.Transform(Context.Data.LoadFromEnumerable(rows))));
        StringAssert.Contains(exception.Message, "'Image', row 71 ");
    }

    [TestMethod]
    public void AColumnOfAnotherTypeIsRefusedWhenTheModelIsApplied()
    {
        IDataView shorter = Context.Data.LoadFromEnumerable(new[] { new ShortRow() });
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => Pipelines.Classifier(s_model).Transform(shorter));
        StringAssert.Contains(exception.Message, "'Image'");
        exception = Assert.Throws<ArgumentOutOfRangeException>(
            () => Pipelines.Classifier(s_model).GetOutputSchema(
            Context.Transforms.DropColumns("Image").Fit(s_data).GetOutputSchema(s_data.Schema)));
        StringAssert.Contains(exception.Message, "'Image'");
    }

    [TestMethod]
    public void PixelsOfAnotherRangeThanTheTrainingSetsAreToldOnce()
    {
        List<string> warnings = [];
        var mlContext = new MLContext(1);
        mlContext.Log += (_, entry) =>
        {
            if (entry.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
            {
                warnings.Add(entry.Message);
            }
        };
        using var file = new MemoryStream();
        Context.Model.Save(s_model, s_data.Schema, file);
        file.Position = 0;
        ITransformer loaded = mlContext.Model.Load(file, out _);
        Pipelines.Scores(loaded.Transform(s_data));
        Assert.IsEmpty(warnings);
        file.Position = 0;
        loaded = mlContext.Model.Load(file, out _);
        IDataView divided = Context.Data.LoadFromEnumerable(SyntheticImages.Draw(100, 1).Select(
            example => new SyntheticImages.VectorRow { Image = Array.ConvertAll(example.Pixels, value => value / 255),
            Label = example.Label }).ToArray());
        Pipelines.Scores(loaded.Transform(divided));
        Pipelines.Scores(loaded.Transform(divided));
        Assert.HasCount(1, warnings);
        StringAssert.Contains(warnings[0], "as if they had been divided by 255");
    }

    [TestMethod]
    public void SavedAndLoadedItScoresTheSameAndKeepsItsReport()
    {
        using var file = new MemoryStream();
        Context.Model.Save(s_model, s_data.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext(2).Model.Load(file, out DataViewSchema schema);
        Assert.AreEqual(s_data.Schema.Count, schema.Count);
        float[][] before = Pipelines.Scores(s_model.Transform(s_data)), after = Pipelines.Scores(loaded.Transform(s_data));
        for (int row = 0; row < before.Length; row++)
        {
            CollectionAssert.AreEqual(before[row], after[row]);
        }

        PrunedImageClassificationTransformer old = Pipelines.Classifier(s_model), fresh = Pipelines.Classifier(loaded);
        CollectionAssert.AreEqual(old.Report.Layers, fresh.Report.Layers);
        CollectionAssert.AreEqual(old.History.Epochs, fresh.History.Epochs);
        CollectionAssert.AreEqual(old.ClassNames.ToArray(), fresh.ClassNames.ToArray());
        CollectionAssert.AreEqual(
            s_model.Transform(s_data).GetColumn<string>("PredictedLabel")
            .ToArray(), loaded.Transform(s_data).GetColumn<string>("PredictedLabel").ToArray());
    }

    [TestMethod]
    public void KeyValuesKeepTheirType()
    {
        NumberedRow[] rows = [.. SyntheticImages.Draw(60, 1)
        .Select(example => new NumberedRow { Image = example.Pixels,
        Label = 10 * Array.IndexOf(SyntheticImages.ClassNames, example.Label) })];
        IDataView data = Context.Data.LoadFromEnumerable(rows);
        ITransformer model = Pipelines.Create(Context, Pipelines.FastOptions()).Fit(data);
        using var file = new MemoryStream();
        Context.Model.Save(model, data.Schema, file);
        file.Position = 0;
        IDataView scored = Context.Model.Load(file, out _).Transform(data);
        Assert.AreEqual(NumberDataViewType.Int32, scored.Schema["PredictedLabel"].Type);
        CollectionAssert.AreEqual(rows.Select(row => row.Label).ToArray(), scored.GetColumn<int>("PredictedLabel").ToArray());
    }

    private static Dictionary<string, float[]> ByPixels(IDataView scored) =>
        scored.GetColumn<float[]>("Image")
            .Zip(Pipelines.Scores(scored))
            .ToDictionary(pair => string.Join(' ', pair.First), pair => pair.Second);

    private static void AssertClose(float[] expected, float[] found)
    {
        for (int index = 0; index < expected.Length; index++)
        {
            Assert.AreEqual(expected[index], found[index], 1e-5f);
        }
    }

    private sealed class ShortRow
    {
        [VectorType(5)]
        public float[] Image { get; set; } = new float[5];
    }

    private sealed class NumberedRow
    {
        [VectorType(1, 16, 16)]
        public float[] Image { get; set; } = [];

        public int Label { get; set; }
    }
}
