using System.Reflection;
using Microsoft.ML.Snip.Formats;
using Microsoft.ML.Snip.Sparse.Planning;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Tests.Architecture;

/// <summary>Where a model is loaded and applied nothing of TorchSharp is needed, not even its managed types.</summary>
[TestClass]
public class PredictionTimeTests
{
    private static readonly Assembly Library = typeof(PrunedImageClassificationTransformer).Assembly;
    private static readonly string[] FoldersWithoutTorch = ["Data", "Sparse", "Formats", "Reports", "Interop"];

    /// <summary>One by one, because the trainer shares their folder.</summary>
    private static readonly Type[] RootTypes = [typeof(PrunedImageClassificationTransformer), typeof(ModelScorer), typeof(SnipPredictor)];

    [TestMethod]
    public void NoTypeOfAPredictionFolderNamesATypeOfTorchSharp()
    {
        var folders = new SourceFolders(Library);
        string[] wrong = [..
            from type in Library.GetTypes()
            where FoldersWithoutTorch.Contains(folders.Of(type)) || RootTypes.Contains(type)
            let named = TypeMentions.Of(type).FirstOrDefault(IsTorch)
            where named is not null
            select $"{type} names {named}"];
        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    public void WhatPredictionReachesNamesNoTypeOfTorchSharp()
    {
        var reach = new Reach(Library, RootTypes);
        string[] wrong = [.. reach.WhereNamed(IsTorch)];
        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
        Assert.IsTrue(reach.Contains(typeof(ModelPayload).GetMethod("Read")!), "loading is part of it");
        Assert.IsTrue(reach.Contains(typeof(Planner<,>)), "planning is part of it");
        Assert.IsTrue(reach.Contains(typeof(Simd256).GetMethod("MultiplyAdd")!), "so is what kernels call through type parameters");
        Assert.IsFalse(reach.Contains(typeof(PruningMask)), "the report is made from a mask only at fit time");
    }

    [TestMethod]
    public void WhatTrainingReachesNamesTypesOfTorchSharp()
    {
        var reach = new Reach(Library, [typeof(PrunedImageClassificationTrainer)]);
        string[] found = [.. reach.WhereNamed(IsTorch)];
        Assert.Contains(way => way.Contains("MaskedOptimizer", StringComparison.Ordinal), found, "the search can fail");
    }

    private static bool IsTorch(Type type) => type.Assembly.GetName().Name!.StartsWith("TorchSharp", StringComparison.Ordinal);
}
