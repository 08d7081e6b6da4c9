using Microsoft.ML.Data;
using Microsoft.ML.Snip.DataViews.Persistence;
using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Formats.Model;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Tests.DataViews.Scoring;

/// <summary>
/// A row is scored once, however many columns are read of it; of classes that are as likely the first is predicted, everywhere.
/// </summary>
[TestClass]
public class ScoringOnceTests
{
    private const int Rows = 7;

    private readonly MLContext _mlContext = new(1);
    private readonly Counting _executor = new();

    [TestMethod]
    public void ARowIsScoredOnceForAllItsColumns()
    {
        using PrunedImageClassificationTransformer model = Build();
        using var engine = _mlContext.Model.CreatePredictionEngine<SyntheticImages.VectorRow, Row>(model);
        foreach ((float[] pixels, _) in SyntheticImages.Draw(Rows, seed: 1))
        {
            engine.Predict(new SyntheticImages.VectorRow { Image = pixels });
        }

        Assert.AreEqual(Rows, _executor.Images);
        _executor.Images = 0;
        _ = _mlContext.Data.CreateEnumerable<Row>(
            model.Transform(SyntheticImages.AsVectors(_mlContext, Rows)), reuseRowObject: false).Count();
        Assert.AreEqual(Rows, _executor.Images);
    }

    [TestMethod]
    public void OfEqualScoresTheFirstIsPredicted()
    {
        using PrunedImageClassificationTransformer model = Build();
        IDataView scored = model.Transform(SyntheticImages.AsVectors(_mlContext, Rows));
        Assert.IsTrue(
            _mlContext.Data.CreateEnumerable<Row>(scored, reuseRowObject: false).All(row => row.PredictedLabel == 2), "keys count from 1");
        SnipPrediction prediction = model.CreatePredictor().Predict(SyntheticImages.Draw(1, seed: 1).Single().Pixels);
        Assert.AreEqual((1, "b"), (prediction.ClassIndex, prediction.Label));
    }

    /// <summary>Or images would be decoded for nobody.</summary>
    [TestMethod]
    public void ColumnsWithoutScoresNeedNoImage()
    {
        using PrunedImageClassificationTransformer model = Build();
        IRowToRowMapper mapper = ((ITransformer)model).GetRowToRowMapper(SyntheticImages.AsVectors(_mlContext, Rows).Schema);
        string[] NeededFor(string column) => [.. mapper.GetDependencies([mapper.OutputSchema[column]]).Select(needed => needed.Name)];
        CollectionAssert.AreEqual(new[] { "Label" }, NeededFor("Label"));
        CollectionAssert.AreEqual(new[] { "Image" }, NeededFor("Score"));
        CollectionAssert.AreEqual(new[] { "Image" }, NeededFor("PredictedLabel"));
    }

    /// <summary>By the numbers of their sets, evaluation knows which score belongs to which predicted label.</summary>
    [TestMethod]
    public void ScorersOneBehindTheOtherHaveSetsOfTheirOwn()
    {
        using PrunedImageClassificationTransformer first = Build(), second = Build("PredictedLabel2", "Score2");
        DataViewSchema schema = second.Transform(first.Transform(SyntheticImages.AsVectors(_mlContext, Rows))).Schema;
        uint SetOf(string column)
        {
            uint set = 0;
            schema[column].Annotations.GetValue("ScoreColumnSetId", ref set);
            return set;
        }

        Assert.AreEqual((1u, 1u, 2u, 2u), (SetOf("Score"), SetOf("PredictedLabel"), SetOf("Score2"), SetOf("PredictedLabel2")));
    }

    private PrunedImageClassificationTransformer Build(string predictedLabel = "PredictedLabel", string score = "Score")
    {
        var shape = new ImageShape(1, SyntheticImages.Side, SyntheticImages.Side);
        NetworkDefinition definition = NetworkDefinition.Build("test", shape).Flatten().Linear(4).ToDefinition();
        SparseMatrix weight = SparseMatrix.FromDense(new float[4 * shape.Count], new bool[4 * shape.Count], 4, shape.Count);
        var network = new SparseNetwork(
            definition, new Dictionary<string, SparseMatrix> { ["fc1.weight"] = weight }, new Dictionary<string,
            float[]> { ["fc1.bias"] = new float[4] });
        var model = new SnipModel(
            network, PixelNormalization.Unchanged(1), new ClassLabels(ClassValueKind.Text, ["a", "b", "c", "d"]),
            new PruningReport("test", []), new TrainingHistory([]));
        return new PrunedImageClassificationTransformer(_mlContext, model, _executor, new ColumnNames("Image", predictedLabel, score));
    }

    private sealed class Row
    {
        [KeyType(4)]
        public uint PredictedLabel { get; set; }

        public float[] Score { get; set; } = [];
    }

    /// <summary>Finds the second and the last class as likely, and counts the images.</summary>
    private sealed class Counting : INetworkExecutor
    {
        public int MaxThreads { get; set; } = 1;

        public int Images { get; set; }

        public void Predict(ReadOnlySpan<float> images, int count, Span<float> output)
        {
            Images += count;
            for (int example = 0; example < count; example++)
            {
                new float[] { 0.1f, 0.4f, 0.1f, 0.4f }.CopyTo(output[(4 * example)..]);
            }
        }
    }
}
