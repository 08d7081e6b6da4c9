using Microsoft.ML.Snip.Tests.Formats.Files;

namespace Microsoft.ML.Snip.Tests;

[TestClass]
public class SnipPredictorTests
{
    private static readonly MLContext Context = new(1);
    private static IDataView s_data = null!;
    private static ITransformer s_model = null!;
    private static PrunedImageClassificationTransformer s_classifier = null!;

    [ClassInitialize]
    public static void Fit(TestContext testContext)
    {
        s_data = SyntheticImages.AsVectors(Context, 90);
        s_model = Pipelines.Create(Context, Pipelines.FastOptions()).Fit(s_data);
        s_classifier = Pipelines.Classifier(s_model);
    }

    /// <summary>A network large enough that a batch is shared among threads.</summary>
    [TestMethod]
    public void SeveralThreadsGiveTheSameScores()
    {
        using PrunedImageClassificationTransformer model = Pipelines.Classifier(Pipelines.Create(
            Context, new PrunedImageClassificationTrainer.Options
            {
                Network = NetworkDefinition.Build("wide", new ImageShape(1, SyntheticImages.Side, SyntheticImages.Side))
                    .Conv2d(64, kernel: 5).ReLU().MaxPool(2).Flatten().Linear(SyntheticImages.ClassNames.Length).ToDefinition(),
                Sparsity = 0.2,
                Epochs = 1,
                Seed = 1,
            }).Fit(SyntheticImages.AsVectors(Context, 30)));
        SnipPredictor predictor = model.CreatePredictor();
        float[] pixels = [.. SyntheticImages.Draw(90, 1).SelectMany(image => image.Pixels)];
        float[] one = new float[90 * predictor.ClassNames.Count], three = new float[one.Length];
        Assert.AreEqual(1, predictor.MaxThreads);
        predictor.Predict(pixels, 90, one);
        model.MaxThreads = 3;
        Assert.AreEqual(3, predictor.MaxThreads);
        predictor.Predict(pixels, 90, three);
        AssertClose(one, three);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(-1)]
    [DataRow(1025)]
    public void AnImpossibleNumberOfThreadsIsRejected(int threads) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => s_classifier.CreatePredictor().MaxThreads = threads);

    [TestMethod]
    public void ItScoresSpansAndImagesAsTheTransformerDoes()
    {
        SnipPredictor predictor = s_classifier.CreatePredictor();
        float[][] expected = Pipelines.Scores(s_model.Transform(s_data));
        int row = 0;
        foreach ((float[] pixels, string label) in SyntheticImages.Draw(90, 1))
        {
            SnipPrediction prediction = predictor.Predict(pixels);
            AssertClose(expected[row++], prediction.Scores);
            Assert.AreEqual(label, prediction.Label);
            Assert.AreEqual(prediction.Label, predictor.ClassNames[prediction.ClassIndex]);
            Assert.AreEqual(prediction.Scores.Max(), prediction.Probability);
            AssertClose(prediction.Scores, predictor.Predict(SyntheticImages.ToImage(pixels)).Scores);
        }
    }

    [TestMethod]
    public void ABatchOfAnySizeScoresAsOneByOne()
    {
        SnipPredictor predictor = s_classifier.CreatePredictor();
        float[][] examples = [.. SyntheticImages.Draw(150, 4).Select(example => example.Pixels)];
        float[] all = [.. examples.SelectMany(pixels => pixels)], scores = new float[150 * 3];
        predictor.Predict(all, 150, scores);
        for (int example = 0; example < 150; example++)
        {
            AssertClose(predictor.Predict(examples[example]).Scores, scores[(example * 3)..((example * 3) + 3)]);
        }

        predictor.Predict([], 0, []);
    }

    [TestMethod]
    public void AImageOfAnotherSizeIsResized()
    {
        SnipPredictor predictor = s_classifier.CreatePredictor();
        float[] pixels = SyntheticImages.Draw(1, 1).First().Pixels;
        var large = new byte[4 * 32 * 32];
        for (int y = 0; y < 32; y++)
        {
            for (int x = 0; x < 32; x++)
            {
                large.AsSpan(4 * ((y * 32) + x), 3).Fill((byte)pixels[((y / 2) * 16) + (x / 2)]);
                large[(4 * ((y * 32) + x)) + 3] = 255;
            }
        }

        using var image = Microsoft.ML.Data.MLImage.CreateFromPixels(32, 32, Microsoft.ML.Data.MLPixelFormat.Rgba32, large);
        Assert.AreEqual(predictor.Predict(pixels).Label, predictor.Predict(image).Label);
    }

    [TestMethod]
    public void ItLoadsTheBareFileAndTheZipAlike()
    {
        string bare = Path.GetTempFileName(), zip = Path.GetTempFileName();
        try
        {
            s_classifier.SaveModelFile(bare);
            Context.Model.Save(s_model, s_data.Schema, zip);
            float[] pixels = SyntheticImages.Draw(1, 1).First().Pixels;
            float[] expected = s_classifier.CreatePredictor().Predict(pixels).Scores;
            foreach (string path in new[] { bare, zip })
            {
                SnipPredictor predictor = SnipPredictor.Load(path);
                CollectionAssert.AreEqual(expected, predictor.Predict(pixels).Scores);
                CollectionAssert.AreEqual(s_classifier.ClassNames.ToArray(), predictor.ClassNames.ToArray());
                Assert.AreEqual(s_classifier.Report.Kept, predictor.Report.Kept);
                using FileStream stream = File.OpenRead(path);
                CollectionAssert.AreEqual(expected, SnipPredictor.Load(stream).Predict(pixels).Scores);
                using var forward = new ForwardStream(File.ReadAllBytes(path));
                CollectionAssert.AreEqual(expected, SnipPredictor.Load(forward).Predict(pixels).Scores);
            }
        }
        finally
        {
            File.Delete(bare);
            File.Delete(zip);
        }
    }

    [TestMethod]
    public void PixelsThatAreNoNumbersAreRefused()
    {
        SnipPredictor predictor = s_classifier.CreatePredictor();
        float[] pixels = SyntheticImages.Draw(1, 1).First().Pixels;
        Array.Fill(pixels, float.NaN);
        StringAssert.Contains(
            Assert.Throws<ArgumentException>(() => predictor.Predict(pixels)).Message, "Pixel 0 of image 0 (counted from 0) is NaN");
    }

    [TestMethod]
    public void ItTellsTheRangeOfPixelsItWasTrainedOn()
    {
        float[] all = [.. SyntheticImages.Draw(90, 1).SelectMany(example => example.Pixels)];
        double mean = all.Average(), deviation = Math.Sqrt(all.Average(value => (value - mean) * (value - mean)));
        SnipPredictor predictor = s_classifier.CreatePredictor();
        Assert.AreEqual(mean, predictor.PixelMeans.Single(), 1e-3);
        Assert.AreEqual(deviation, predictor.PixelDeviations.Single(), 1e-3);
    }

    [TestMethod]
    public void TheMostProbableClassesHaveTheirNames()
    {
        SnipPrediction prediction = s_classifier.CreatePredictor().Predict(SyntheticImages.Draw(1, 1).First().Pixels);
        ClassScore[] top = [.. prediction.Top(2)];
        Assert.HasCount(2, top);
        Assert.AreEqual(new ClassScore(prediction.Label, prediction.Probability), top[0]);
        Assert.AreEqual(prediction.Scores.Order().ElementAt(1), top[1].Probability);
        Assert.AreEqual(s_classifier.ClassNames[Array.IndexOf(prediction.Scores, top[1].Probability)], top[1].Label);
        Assert.HasCount(3, prediction.Top(5), "there are no more");
        Assert.Throws<ArgumentOutOfRangeException>(() => prediction.Top(0));
    }

    [TestMethod]
    public void OfEqualScoresTheFirstClassComesFirst()
    {
        var prediction = new SnipPrediction("b", 1, [0.2f, 0.4f, 0.4f]) { ClassNames = ["a", "b", "c"] };
        CollectionAssert.AreEqual(new[] { "b", "c", "a" }, prediction.Top(3).Select(entry => entry.Label).ToArray());
        Assert.Throws<InvalidOperationException>(() => new SnipPrediction("b", 1, [0.2f, 0.4f]).Top(1));
        Assert.HasCount(0, default(SnipPrediction).Top(1));
    }

    [TestMethod]
    public void AFileThatIsNoModelIsNamed()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "hello, world");
            StringAssert.Contains(Assert.Throws<FormatException>(() => SnipPredictor.Load(path)).Message, path);
            using (var archive = new System.IO.Compression.ZipArchive(File.Create(path), System.IO.Compression.ZipArchiveMode.Create))
            {
                archive.CreateEntry("something else");
            }

            StringAssert.Contains(Assert.Throws<FormatException>(() => SnipPredictor.Load(path)).Message, "0 pruned image classifiers");
            byte[] zip = File.ReadAllBytes(path);
            File.WriteAllBytes(path, zip[..(zip.Length / 2)]);
            StringAssert.Contains(Assert.Throws<FormatException>(() => SnipPredictor.Load(path)).Message, "damaged");
            Assert.Throws<FileNotFoundException>(() => SnipPredictor.Load(path + ".missing"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void AWrongNumberOfPixelsIsRefused()
    {
        SnipPredictor predictor = s_classifier.CreatePredictor();
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => predictor.Predict(new float[255])).Message, "1x16x16");
        Assert.Throws<ArgumentException>(() => predictor.Predict(new float[512], 2, new float[5]));
        Assert.Throws<ArgumentException>(() => predictor.Predict([], -1, []));
    }

    [TestMethod]
    public void PredictingFromSpansAllocatesNothingOnceItIsWarm()
    {
        SnipPredictor predictor = s_classifier.CreatePredictor();
        float[] pixels = SyntheticImages.Draw(1, 1).First().Pixels, scores = new float[3];
        for (int run = 0; run < 3; run++)
        {
            predictor.Predict(pixels, 1, scores);
        }

        Assert.AreEqual(0, Allocations.Of(() => predictor.Predict(pixels, 1, scores)));
    }

    [TestMethod]
    public void ManyThreadsPredictAtOnce()
    {
        SnipPredictor predictor = s_classifier.CreatePredictor();
        float[][] examples = [.. SyntheticImages.Draw(60, 5).Select(example => example.Pixels)];
        float[][] expected = [.. examples.Select(pixels => predictor.Predict(pixels).Scores)];
        Parallel.For(0, 4000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, run =>
            CollectionAssert.AreEqual(expected[run % 60], predictor.Predict(examples[run % 60]).Scores));
    }

    private static void AssertClose(float[] expected, float[] found)
    {
        for (int index = 0; index < expected.Length; index++)
        {
            Assert.AreEqual(expected[index], found[index], 1e-5f);
        }
    }
}
