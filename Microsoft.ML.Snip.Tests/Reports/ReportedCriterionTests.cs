namespace Microsoft.ML.Snip.Tests.Reports;

/// <summary>A report says by which criterion the connections were scored, and the model file keeps it.</summary>
[TestClass]
public class ReportedCriterionTests
{
    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.3)]
    public void TheReportNamesTheCriterion(double dropFraction)
    {
        foreach ((IPruningCriterion? criterion, string name) in new (IPruningCriterion?, string)[]
            { (null, "SNIP"), (new RandomCriterion(), "random"), (new EveryOther(), "every other") })
        {
            var mlContext = new MLContext(3);
            PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
            (options.Criterion, options.Sparsity, options.DropFraction, options.MaskUpdateInterval) = (criterion, 0.5, dropFraction, 1);
            ITransformer model = Pipelines.Create(mlContext, options).Fit(SyntheticImages.AsVectors(mlContext, 60));
            PruningReport report = Pipelines.Classifier(model).Report;
            Assert.AreEqual(name, report.Criterion);
            StringAssert.Contains(report.ToString(), $", scored by {name}: sparsity 0.5");
            Assert.AreEqual(name, SnipPredictor.Load(new MemoryStream(Pipelines.ModelFile(Pipelines.Classifier(model)))).Report.Criterion);
        }
    }

    private sealed class EveryOther : IPruningCriterion
    {
        public string Name => "every other";

        public PruningScores Score(PruningContext context) => PruningScores.FromValues(
            context.FindPrunableParameters().Select(entry =>
            {
                var parameter = new PrunableParameter(entry.Name, [.. entry.Parameter.shape]);
                return (parameter, (float[])[.. Enumerable.Range(0, (int)parameter.Count).Select(index => 1f + (index % 2))]);
            }));
    }
}
