using System.Reflection;
using Microsoft.ML.Snip.Engines.Managed.Planning;
using Microsoft.ML.Snip.Formats.Model;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Tests.Architecture;

/// <summary>Where a model is loaded and applied nothing of TorchSharp is needed, not even its managed types.</summary>
[TestClass]
public class PredictionTimeTests
{
    private static readonly Assembly Library = typeof(PrunedImageClassificationTransformer).Assembly;
    /// <summary>What a program calls that predicts.</summary>
    private static readonly Type[] RootTypes = [typeof(PrunedImageClassificationTransformer), typeof(ModelScorer), typeof(SnipPredictor)];

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
