using Microsoft.ML.Snip.DataViews.Persistence;
using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Formats.Model;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Tests;

/// <summary>Scores that are not finite numbers never reach the caller, and who is to blame is said.</summary>
[TestClass]
public class NotFiniteTests
{
    private static readonly MLContext Context = new(1);
    private static readonly float[] Pixels = SyntheticImages.Draw(1, 3).First().Pixels;
    private readonly PrunedImageClassificationTransformer _broken = Build(float.NaN);
    private readonly PrunedImageClassificationTransformer _sound = Build(1);

    [TestMethod]
    public void APredictorWithWeightsThatAreNoNumbersDoesNotBlameThePixels()
    {
        SnipPredictor predictor = _broken.CreatePredictor();
        var scores = new float[2 * 2];
        using Microsoft.ML.Data.MLImage image = SyntheticImages.ToImage(Pixels);
        foreach (Action predict in new Action[]
                 {
                     () =>
                         predictor.Predict(Pixels), () =>
                             predictor.Predict([.. Pixels, .. Pixels], 2, scores), () => predictor.Predict(image),
                 })
        {
            StringAssert.Contains(
                Assert.ThrowsExactly<InvalidOperationException>(predict).Message, "the model has weights that are not finite");
        }

        CollectionAssert.AreEqual(new float[4], scores, "nothing is left of them");
    }

    [TestMethod]
    public void ATransformerWithWeightsThatAreNoNumbersGivesNoScores()
    {
        IDataView data = SyntheticImages.AsVectors(Context, 5);
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Pipelines.Scores(_broken.Transform(data)));
        StringAssert.Contains(error.Message, "'Image', row 0 (counted from 0): the scores are not finite numbers");
        using var engine = Context.Model.CreatePredictionEngine<SyntheticImages.VectorRow, Row>(_broken);
        error = Assert.ThrowsExactly<InvalidOperationException>(() => engine.Predict(new SyntheticImages.VectorRow { Image = Pixels }));
        StringAssert.Contains(error.Message, "'Image': the scores are not finite numbers");
    }

    [TestMethod]
    public void PixelsThatAreFiniteButFarTooLargeAreBlamed()
    {
        // 3e38 is still finite when it is normalised, and no more when the layer sums up.
        float[] large = [.. Enumerable.Repeat(3e38f, Pixels.Length)];
        var error = Assert.ThrowsExactly<InvalidOperationException>(
            () => _sound.CreatePredictor().Predict([.. Pixels, .. large], 2, new float[4]));
        StringAssert.Contains(error.Message, "Image 1 (counted from 0): the scores are not finite numbers: the pixels are too far outside");
        SyntheticImages.VectorRow[] rows =
            [.. Enumerable.Range(0, 9).Select(number => new SyntheticImages.VectorRow { Image = number == 5 ? large : Pixels })];
        var given = new List<float[]>();
        error = Assert.ThrowsExactly<InvalidOperationException>(() =>
        {
            foreach (Row row in Context.Data.CreateEnumerable<Row>(
            _sound.Transform(Context.Data.LoadFromEnumerable(rows)), reuseRowObject: false))
            {
                given.Add(row.Score);
            }
        });
        StringAssert.Contains(error.Message, "row 5 (counted from 0): the scores are not finite numbers: the pixels");
        Assert.HasCount(5, given);
    }

    [TestMethod]
    [DataRow(float.NaN, "is NaN: pixels must be finite numbers")]
    [DataRow(float.NegativeInfinity, "is -Infinity: pixels must be finite numbers")]
    public void APixelThatIsNoNumberIsNamedWhereverItIs(float value, string expected)
    {
        for (int place = 0; place < Pixels.Length; place += 51)
        {
            float[] two = [.. Pixels, .. Pixels];
            two[Pixels.Length + place] = value;
            var error = Assert.ThrowsExactly<ArgumentException>(() => _sound.CreatePredictor().Predict(two, 2, new float[4]));
            StringAssert.Contains(error.Message, $"Pixel {place} of image 1 (counted from 0) {expected}");
            Assert.AreEqual("pixels", error.ParamName);
        }
    }

    private static PrunedImageClassificationTransformer Build(float weight)
    {
        var shape = new ImageShape(1, SyntheticImages.Side, SyntheticImages.Side);
        NetworkDefinition definition = NetworkDefinition.Build("plain", shape).Flatten().Linear(2).ToDefinition();
        int[] columns = [.. Enumerable.Range(0, shape.Count), .. Enumerable.Range(0, shape.Count)];
        float[] values = [.. columns.Select((column, place) => place < shape.Count ? weight * 0.01f : -0.01f)];
        var network = new SparseNetwork(
            definition,
            new Dictionary<string, SparseMatrix> { ["fc1.weight"] = new(
            2, shape.Count, [0, shape.Count, 2 * shape.Count], columns, values) },
            new Dictionary<string, float[]> { ["fc1.bias"] = new float[2] });
        var model = new SnipModel(
            network, new PixelNormalization([0], [1]), new ClassLabels(ClassValueKind.Text, ["a", "b"]), new PruningReport("plain", []),
            new TrainingHistory([]));
        return new PrunedImageClassificationTransformer(
            Context, model, new SparseExecutor(network), new ColumnNames("Image", "PredictedLabel", "Score"));
    }

    private sealed class Row
    {
        public float[] Score { get; set; } = [];
    }
}
