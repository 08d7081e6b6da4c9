using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Engines.Torch.UserModules;

/// <summary>Modules of the user's own, from the fit to the loaded model.</summary>
[TestClass]
public class ModuleFitTests
{
    private static readonly MLContext Context = new(3);
    private static readonly float[] Images = [.. SyntheticImages.Draw(20, seed: 5).SelectMany(image => image.Pixels)];
    private static PrunedImageClassificationTransformer s_model = null!;

    [ClassInitialize]
    public static void FitOnce(TestContext testContext) => s_model = Fit("ModuleFitTests.gated");

    [TestMethod]
    public void ItIsScoredMaskedAndTrained()
    {
        Assert.AreEqual(0.9, s_model.Report.Sparsity, 1e-3);
        Assert.AreEqual("ModuleFitTests.gated", s_model.Report.Network);
        LayerReport convolution = s_model.Report.Layers.Single(layer => layer.Name == "_convolution.weight");
        Assert.AreEqual((4L * 25, 36L), (convolution.Connections, convolution.OutputPositions));
        Assert.IsGreaterThan(0.9, s_model.History.Epochs[^1].Accuracy);
        SnipPredictor predictor = s_model.CreatePredictor();
        double accuracy = SyntheticImages.Draw(60, seed: 2).Average(
            image => predictor.Predict(image.Pixels).Label == image.Label ? 1.0 : 0.0);
        Assert.IsGreaterThan(0.9, accuracy);
    }

    [TestMethod]
    public void LoadedWithItsFactoryRegisteredItPredictsTheSame()
    {
        using var file = new TemporaryFile();
        s_model.SaveModelFile(file.Path);
        SnipModules.Register("ModuleFitTests.gated", Make);
        SnipPredictor loaded;
        using (NewDisposeScope())
        {
            loaded = SnipPredictor.Load(file.Path);
        }

        CollectionAssert.AreEqual(Scores(s_model.CreatePredictor()), Scores(loaded));
        using var zip = new TemporaryFile();
        Context.Model.Save(s_model, null, zip.Path);
        CollectionAssert.AreEqual(Scores(s_model.CreatePredictor()), Scores(SnipPredictor.Load(zip.Path)));
        Context.Model.Load(zip.Path, out _);
    }

    [TestMethod]
    public void LoadedWithoutRegistrationItSaysWhatToRegister()
    {
        using var file = new TemporaryFile();
        PrunedImageClassificationTransformer model = Fit("ModuleFitTests.unknown");
        model.SaveModelFile(file.Path);
        const string Advice = "SnipModules.Register(\"ModuleFitTests.unknown\"";
        StringAssert.Contains(Assert.Throws<InvalidOperationException>(() => SnipPredictor.Load(file.Path)).Message, Advice);
        Context.Model.Save(model, null, file.Path);
        StringAssert.Contains(Assert.Throws<Exception>(() => Context.Model.Load(file.Path, out _)).GetBaseException().Message, Advice);
    }

    [TestMethod]
    public void LoadedWithAnotherFactoryItNamesTheDifference()
    {
        using var file = new TemporaryFile();
        Fit("ModuleFitTests.other").SaveModelFile(file.Path);
        SnipModules.Register("ModuleFitTests.other", (_, classes) => nn.Sequential(nn.Flatten(), nn.Linear(256, classes)));
        StringAssert.Contains(
            Assert.Throws<InvalidOperationException>(() => SnipPredictor.Load(file.Path)).Message, "'_convolution.weight'");
        SnipModules.Register("ModuleFitTests.other", (_, _) => null!);
        StringAssert.Contains(
            Assert.Throws<InvalidOperationException>(() => SnipPredictor.Load(file.Path)).Message, "'ModuleFitTests.other' returned null");
    }

    [TestMethod]
    public void TheSameSeedGivesTheSameModelAndTheGlobalGeneratorIsLeftAlone()
    {
        manual_seed(5);
        float expected = rand(1).item<float>();
        manual_seed(5);
        float[] again = Scores(Fit("ModuleFitTests.gated").CreatePredictor());
        Assert.AreEqual(expected, rand(1).item<float>());
        CollectionAssert.AreEqual(Scores(s_model.CreatePredictor()), again);
    }

    [TestMethod]
    public void ManyThreadsMayPredictAtOnce()
    {
        SnipPredictor predictor = s_model.CreatePredictor();
        float[] expected = Scores(predictor);
        Parallel.For(0, 8, _ => CollectionAssert.AreEqual(expected, Scores(predictor)));
    }

    [TestMethod]
    public void ARegisteredNameAloneNamesTheModule()
    {
        SnipModules.Register("ModuleFitTests.registered", Make);
        PrunedImageClassificationTransformer model = Fit("ModuleFitTests.registered", options => options.ModuleFactory = null);
        Assert.HasCount(4, model.Report.Layers);
        var exception = Assert.Throws<ArgumentException>(() => Fit("ModuleFitTests.nothing", options => options.ModuleFactory = null));
        StringAssert.Contains(exception.Message, "'ModuleFitTests.nothing', which is not registered");
    }

    [TestMethod]
    public void LayersAreExcludedAndGivenSparsitiesByTheNamesOfTheirParameters()
    {
        PrunedImageClassificationTransformer model = Fit("ModuleFitTests.gated", options =>
        {
            options.Exclude = ["_head*"];
            options.LayerSparsities = [new LayerSparsity("_gate.weight", 0.5)];
        });
        CollectionAssert.DoesNotContain(
            model.Report.Layers.Where(layer => layer.Kept < layer.Connections).Select(layer => layer.Name).ToArray(), "_head.weight");
        LayerReport gate = model.Report.Layers.Single(layer => layer.Name == "_gate.weight");
        Assert.AreEqual((100L, 50L), (gate.Connections, gate.Kept));
        var exception = Assert.Throws<ArgumentException>(() => Fit("ModuleFitTests.gated", options => options.Exclude = ["head"]));
        StringAssert.Contains(exception.Message, "'head'");
    }

    [TestMethod]
    public void ItsMaskIsUpdated()
    {
        PrunedImageClassificationTransformer moved = Fit("ModuleFitTests.gated", options =>
        {
            options.DropFraction = 0.3;
            options.MaskUpdateInterval = 3;
        });
        CollectionAssert.AreEqual(s_model.Report.Layers.ToArray(), moved.Report.Layers.ToArray());
        CollectionAssert.AreNotEqual(Scores(s_model.CreatePredictor()), Scores(moved.CreatePredictor()));
        Assert.IsGreaterThan(0.9, moved.History.Epochs[^1].Accuracy);
    }

    [TestMethod]
    public void ASequentialIsConvertedAndNeedsNoName()
    {
        PrunedImageClassificationTransformer model = Fit(null, options =>
        {
            options.ModuleFactory = (shape, classes) =>
                nn.Sequential(
                    ("flat", nn.Flatten()), ("hidden", nn.Linear(shape.Count, 20)), ("act", nn.ReLU()), ("out", nn.Linear(20, classes)));
            options.Sparsity = 0.5;
        });
        CollectionAssert.AreEqual(new[] { "hidden.weight", "out.weight" }, model.Report.Layers.Select(layer => layer.Name).ToArray());
        using var file = new TemporaryFile();
        model.SaveModelFile(file.Path);
        CollectionAssert.AreEqual(Scores(model.CreatePredictor()), Scores(SnipPredictor.Load(file.Path)));
    }

    [TestMethod]
    public void WhatCannotBeDoneIsSaid()
    {
        Says("set ModuleName", null, Make);
        Says(
            "'2' (ELU, index 2)", null,
            (shape, classes) => nn.Sequential(nn.Flatten(), nn.Linear(shape.Count, 9), nn.ELU(), nn.Linear(9, classes)));
        Says("'1' (Linear, index 1) has a frozen parameter 'weight'", null, (shape, classes) =>
        {
            var head = nn.Linear(shape.Count, classes);
            head.weight!.requires_grad = false;
            return nn.Sequential(nn.Flatten(), head);
        });
        Says("returns [1, 5]", "bad", (shape, _) => new GatedNetwork(shape, 5));
        Says("cannot take an image [1, 1, 16, 16]", "bad", (_, classes) => new GatedNetwork(new ImageShape(3, 16, 16), classes));
        Says("returns [1, 3, 7, 7]", "bad", (_, classes) => nn.Conv2d(1, classes, 10));
        Says("Float64", "bad", (shape, classes) => new GatedNetwork(shape, classes).to(float64));
        Says("The module 'bad' has no parameters", "bad", (_, _) => nn.ELU());
        Says("classifies 7 classes", null, (shape, _) => nn.Sequential(nn.Flatten(), nn.Linear(shape.Count, 7)));
    }

    [TestMethod]
    public void ANumberThatIsNotFiniteIsRefusedBeforeTraining() =>
        Says("its 'mask' has values that are not finite", "bad", (shape, classes) =>
    {
        var module = new GatedNetwork(shape, classes);
        module.register_buffer("mask", full([2], float.NegativeInfinity));
        return module;
    });

    [TestMethod]
    public void OfASoftmaxAtTheEndTheLogWarns()
    {
        static bool IsWarning(string line) => line.Contains("probabilities", StringComparison.Ordinal);
        static void Use(PrunedImageClassificationTrainer.Options options, Func<nn.Module<Tensor, Tensor>> end)
        {
            options.ModuleName = "ModuleFitTests.end";
            options.ModuleFactory = (shape, classes) => nn.Sequential(new GatedNetwork(shape, classes), end());
        }

        Assert.HasCount(1, Pipelines.LogOf(options => Use(options, () => nn.Softmax(1))).Where(IsWarning));
        Assert.IsEmpty(Pipelines.LogOf(options => Use(options, () => nn.LogSoftmax(1))).Where(IsWarning));
    }

    [TestMethod]
    public void HooksRunInTrainingAndInPrediction()
    {
        int calls = 0;
        nn.Module<Tensor, Tensor> Hooked(ImageShape shape, int classes)
        {
            var module = nn.Sequential(nn.Flatten(), nn.Linear(shape.Count, classes));
            module.register_forward_hook((_, _, output) =>
            {
                calls++;
                return output.neg();
            });
            return module;
        }

        StringAssert.Contains(
            Assert.Throws<ArgumentException>(() => Fit(null, options => options.ModuleFactory = Hooked)).Message, "has hooks");
        PrunedImageClassificationTransformer model = Fit("ModuleFitTests.hooked", options => options.ModuleFactory = Hooked);
        int before = calls;
        double accuracy = SyntheticImages.Draw(60, seed: 2).Average(
            image => model.CreatePredictor().Predict(image.Pixels).Label == image.Label ? 1.0 : 0.0);
        Assert.AreEqual(before + 60, calls);
        Assert.IsGreaterThan(0.9, accuracy);
    }

    [TestMethod]
    public void OfLibtorchsMistakeTheFirstLineIsSaid()
    {
        var exception = Assert.Throws<ArgumentException>(
            () => Fit("bad", options => options.ModuleFactory = (_, classes) => new GatedNetwork(new ImageShape(1, 20, 20), classes)));
        StringAssert.Contains(exception.Message, "shapes cannot be multiplied");
        Assert.DoesNotContain("\n", exception.Message);
        Assert.IsNotNull(exception.InnerException);
    }

    [TestMethod]
    public void AFactoryThatGivesTheSameModuleTwiceIsRefusedBeforeTheModuleIsTouched()
    {
        using var whole = new GatedNetwork(new ImageShape(1, SyntheticImages.Side, SyntheticImages.Side), 3);
        Says("returned the same module (a GatedNetwork) twice", "bad", (_, _) => whole);
        using var part = nn.Linear(256, 3);
        Says("returned the same module (a Linear) twice", null, (_, _) => nn.Sequential(nn.Flatten(), part));
        using Tensor logits = whole.forward(zeros(2, 1, 16, 16)), others = part.forward(zeros(2, 256));
        CollectionAssert.AreEqual(logits.shape, others.shape);
    }

    [TestMethod]
    public void AFactoryThatGivesTheSameTensorTwiceIsRefused()
    {
        using var shared = new TorchSharp.Modules.Parameter(zeros(3));
        using Tensor buffer = zeros(3);
        Says("returned the same tensor ('shift') twice", "bad", (shape, classes) =>
        {
            var module = new GatedNetwork(shape, classes);
            module.register_parameter("shift", shared);
            return module;
        });
        Says("returned the same tensor ('shift') twice", "bad", (shape, classes) =>
        {
            var module = new GatedNetwork(shape, classes);
            module.register_buffer("shift", buffer);
            return module;
        });
        Assert.AreEqual(0f, shared.sum().item<float>() + buffer.sum().item<float>());
    }

    [TestMethod]
    public void AModuleWithoutASignalIsRefused()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => Fit("bad", options =>
        {
            options.ModuleFactory = (shape, classes) =>
                nn.Sequential(nn.Flatten(), nn.Linear(shape.Count, 5000), nn.ELU(), nn.Linear(5000, classes));
            options.Sparsity = 0.9999999;
        }));
        StringAssert.Contains(exception.Message, "no signal would pass");
    }

    private static void Says(string expected, string? name, ModuleFactory factory) =>
        StringAssert.Contains(
            Assert.Throws<ArgumentException>(() => Fit(name, options => options.ModuleFactory = factory)).Message, expected);

    private static nn.Module<Tensor, Tensor> Make(ImageShape shape, int classCount) => new GatedNetwork(shape, classCount);

    private static PrunedImageClassificationTransformer Fit(string? name, Action<PrunedImageClassificationTrainer.Options>? set = null)
    {
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.Sparsity = 0.9;
        options.ModuleFactory = Make;
        options.ModuleName = name;
        set?.Invoke(options);
        return Pipelines.Classifier(Pipelines.Create(new MLContext(3), options).Fit(SyntheticImages.AsVectors(Context, 150)));
    }

    private static float[] Scores(SnipPredictor predictor)
    {
        var scores = new float[20 * 3];
        predictor.Predict(Images, 20, scores);
        return scores;
    }
}
