using Microsoft.ML.Data;
using Microsoft.ML.Snip.Tests.Engines.Torch.UserModules;

namespace Microsoft.ML.Snip.Tests.Samples;

/// <summary>The program that only predicts: it needs no file of TorchSharp's, managed or native.</summary>
[TestClass]
public class ScoreOnlyTests
{
    private static DirectoryInfo s_folder = null!;
    private static PrunedImageClassificationTransformer s_model = null!;

    [ClassInitialize]
    public static void CopyWithoutTorch(TestContext testContext)
    {
        s_folder = Directory.CreateTempSubdirectory();
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(BuildPaths.Of("ScoreOnly"))!))
        {
            if (!Path.GetFileName(file).Contains("torch", StringComparison.OrdinalIgnoreCase))
            {
                File.Copy(file, Path.Combine(s_folder.FullName, Path.GetFileName(file)));
            }
        }

        var mlContext = new MLContext(1);
        s_model = Pipelines.Classifier(Pipelines.Create(mlContext, Pipelines.FastOptions()).Fit(SyntheticImages.AsVectors(mlContext, 90)));
        s_model.SaveModelFile(PathOf("model.snip"));
    }

    [ClassCleanup]
    public static void Delete() => s_folder.Delete(recursive: true);

    [TestMethod]
    public void WithoutAnyFileOfTorchItPredictsTheSame()
    {
        Assert.IsFalse(File.Exists(PathOf("TorchSharp.dll")));
        var examples = new List<string>();
        foreach ((float[] pixels, _) in SyntheticImages.Draw(3, 6))
        {
            examples.Add(PathOf($"{examples.Count}.png"));
            using MLImage image = SyntheticImages.ToImage(pixels);
            image.Save(examples[^1]);
        }

        ProcessRun run = ProcessRun.Dotnet([PathOf("ScoreOnly.dll"), PathOf("model.snip"), .. examples]);
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        SnipPredictor predictor = s_model.CreatePredictor();
        string[] expected = [.. examples.Select(path => (path, predictor.PredictFile(File.ReadAllBytes(path))))
            .Select(pair => FormattableString.Invariant($"{pair.path}: {pair.Item2.Label} ({pair.Item2.Probability:P1})"))];
        CollectionAssert.AreEqual(expected, run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [TestMethod]
    public void WhatItCannotReadIsSaidInOneLine()
    {
        File.WriteAllText(PathOf("text.png"), "no image");
        Refuses("text.png", PathOf("model.snip"), PathOf("text.png"));
        Refuses("missing.snip", PathOf("missing.snip"), PathOf("text.png"));
        Refuses("text.png", PathOf("text.png"), PathOf("text.png"));
        Refuses("usage");
    }

    [TestMethod]
    public void AModuleThatItDoesNotHaveIsSaidInOneLine()
    {
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.ModuleName = "ScoreOnlyTests.module";
        options.ModuleFactory = (shape, classes) => new GatedNetwork(shape, classes);
        var mlContext = new MLContext(1);
        Pipelines.Classifier(Pipelines.Create(mlContext, options).Fit(SyntheticImages.AsVectors(mlContext, 30)))
            .SaveModelFile(PathOf("module.snip"));
        Refuses("'ScoreOnlyTests.module'", PathOf("module.snip"), PathOf("any.png"));
    }

    private static string PathOf(string name) => Path.Combine(s_folder.FullName, name);

    private static void Refuses(string says, params string[] arguments) =>
        ProcessRun.Dotnet([PathOf("ScoreOnly.dll"), .. arguments]).RequireRefusal(says);
}
