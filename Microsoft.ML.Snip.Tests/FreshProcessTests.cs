using System.Globalization;

namespace Microsoft.ML.Snip.Tests;

/// <summary>Models between processes: loaded without a registration call, and fitted twice to the same bytes.</summary>
[TestClass]
public class FreshProcessTests
{
    [TestMethod]
    public void AModelLoadedByAnotherProcessGivesTheSameScores()
    {
        var mlContext = new MLContext(7);
        IDataView data = SyntheticImages.AsVectors(mlContext, 90);
        ITransformer model = Pipelines.Create(mlContext, Pipelines.FastOptions()).Fit(data);
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".zip");
        try
        {
            mlContext.Model.Save(model, data.Schema, path);
            string[] lines = Run("score", path).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            float[][] expected = Pipelines.Scores(model.Transform(data));
            Assert.HasCount(expected.Length, lines);
            for (int row = 0; row < expected.Length; row++)
            {
                float[] found = [.. lines[row].Split(' ').Select(score => float.Parse(score, CultureInfo.InvariantCulture))];
                for (int slot = 0; slot < found.Length; slot++)
                {
                    Assert.AreEqual(expected[row][slot], found[slot], 1e-6f);
                }
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void AFitInAnotherProcessGivesTheSameModelFileByteForByte()
    {
        string here = Path.GetTempFileName(), there = Path.GetTempFileName();
        try
        {
            var mlContext = new MLContext(7);
            IDataView data = SyntheticImages.AsVectors(mlContext, 90);
            Pipelines.Classifier(Pipelines.Create(mlContext, Pipelines.FastOptions()).Fit(data)).SaveModelFile(here);
            Run("fit", there);
            CollectionAssert.AreEqual(File.ReadAllBytes(here), File.ReadAllBytes(there));
        }
        finally
        {
            File.Delete(here);
            File.Delete(there);
        }
    }

    private static string Run(params string[] arguments)
    {
        ProcessRun run = ProcessRun.Dotnet([BuildPaths.Of("FreshProcess"), .. arguments]);
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        return run.Output;
    }
}
