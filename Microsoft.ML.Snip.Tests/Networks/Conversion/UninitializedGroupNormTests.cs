using Microsoft.ML.Snip.Networks.Conversion;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Networks.Conversion;

[TestClass]
public class UninitializedGroupNormTests
{
    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.NegativeInfinity)]
    [DataRow(1.6e29f)]
    [DataRow(-1.6e29f)]
    [DataRow(4.6e-41f)]
    public void WhatTheMemoryHeldIsFound(float value)
    {
        using DisposeScope scope = NewDisposeScope();
        using GroupNorm norm = Norm(0.9f);
        using Sequential module = nn.Sequential(nn.Conv2d(1, 6, 3), nn.Sequential(("norm", norm)), nn.Flatten(), nn.Linear(6 * 26 * 26, 2));
        Assert.IsNull(UninitializedGroupNorm.FindIn(module));
        Set(norm.bias!, value);
        StringAssert.Contains(UninitializedGroupNorm.FindIn(module), "The GroupNorm '1.norm' is not initialised");
        Assert.Throws<ArgumentException>(() => NetworkWeights.FromModule(module));
    }

    [TestMethod]
    [DataRow(0f)]
    [DataRow(1f)]
    [DataRow(-250f)]
    public void WhatATrainingMayGiveIsLetPass(float value)
    {
        using DisposeScope scope = NewDisposeScope();
        using GroupNorm norm = Norm(value);
        Assert.IsNull(UninitializedGroupNorm.FindIn(norm));
    }

    [TestMethod]
    public void AFactoryIsToldBeforeTraining()
    {
        var mlContext = new MLContext(1);
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.ModuleFactory = (shape, classes) => nn.Sequential(
            nn.Conv2d(1, 6, 3), Norm(1e30f), nn.Flatten(), nn.Linear(6 * (shape.Height - 2) * (shape.Width - 2), classes));
        var error = Assert.Throws<ArgumentException>(
            () => Pipelines.Create(mlContext, options).Fit(SyntheticImages.AsVectors(mlContext, 30)));
        StringAssert.Contains(error.Message, "nn.init.ones_(norm.weight)");
    }

    private static GroupNorm Norm(float value)
    {
        GroupNorm norm = nn.GroupNorm(3, 6);
        Set(norm.weight!, value);
        Set(norm.bias!, value);
        return norm;
    }

    private static void Set(Parameter parameter, float value)
    {
        using IDisposable noGradients = no_grad();
        parameter.fill_(value);
    }
}
