using Microsoft.ML.Snip.Tests.Engines.Torch.UserModules;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests;

/// <summary>The state of torch around a fit, a score or a module's prediction changes nothing about it, and is left as it was.</summary>
[TestClass]
public class SurroundingStateTests
{
    private static readonly Dictionary<string, Func<IDisposable?>> States = new()
    {
        ["no_grad"] = no_grad,
        ["set_grad_enabled(false)"] = () => set_grad_enabled(false),
        ["inference_mode"] = () => inference_mode(),
        ["Float64 by default"] = () => Changed(() => set_default_dtype(float64), () => set_default_dtype(float32)),
        ["another device by default"] = () => Changed(() => set_default_device("meta"), () => set_default_device(CPU)),
        ["a dispose scope"] = () => null,
    };

    private static byte[] s_layers = [];
    private static byte[] s_module = [];

    private static IEnumerable<object[]> Names => States.Keys.Select(name => new object[] { name });

    [ClassInitialize]
    public static void FitPlainly(TestContext testContext) => (s_layers, s_module) = (FitLayers(), FitModule());

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void AFitGivesTheSameFile(string name) => Within(name, () => CollectionAssert.AreEqual(s_layers, FitLayers()));

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void AFitOfAModuleGivesTheSameFile(string name) => Within(name, () => CollectionAssert.AreEqual(s_module, FitModule()));

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void AFitThatFailsLeavesTheStateAsItWas(string name) => Within(name, () => Assert.Throws<NotSupportedException>(
        () => FitLayers(options => options.Progress = new Failing())));

    /// <summary>Counted on this thread, on which the fits run.</summary>
    [TestMethod]
    [DataRow(TrainingEngine.Managed)]
    [DataRow(TrainingEngine.Torch)]
    public void NoTensorIsLeft(TrainingEngine engine)
    {
        Action<PrunedImageClassificationTrainer.Options> settings = options =>
        {
            (options.TrainingEngine, options.Optimizer, options.DropFraction) = (engine, TrainingOptimizer.Adam, 0.3);
            (options.ValidationFraction, options.EarlyStopping) = (0.2, new EarlyStopping());
        };
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        FitLayers(settings);
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Throws<NotSupportedException>(() => FitLayers(settings + (options => options.Progress = new Failing())));
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount, "after a fit that failed");
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void AModulePredictsTheSame(string name)
    {
        SnipModules.Register("SurroundingStateTests.gated", (shape, classes) => new GatedNetwork(shape, classes));
        float[] image = SyntheticImages.Draw(1, seed: 5).Single().Pixels;
        float[] expected = SnipPredictor.Load(new MemoryStream(s_module)).Predict(image).Scores;
        Within(name, () => CollectionAssert.AreEqual(expected, SnipPredictor.Load(new MemoryStream(s_module)).Predict(image).Scores));
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void AModuleIsScoredTheSame(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        using nn.Module<Tensor, Tensor> network = nn.Sequential(nn.Conv2d(2, 5, 3), nn.ReLU(), nn.Flatten(), nn.Linear(80, 3));
        Tensor inputs = rand(4, 2, 6, 6), labels = tensor(new long[] { 0, 1, 2, 1 });
        double[] expected = ConnectionSensitivity.Score(network, inputs, labels).ValuesOf("0.weight");
        Within(name, () => CollectionAssert.AreEqual(expected, ConnectionSensitivity.Score(network, inputs, labels).ValuesOf("0.weight")));
    }

    [TestMethod]
    public void BatchesMadeInInferenceModeAreScored()
    {
        using DisposeScope scope = NewDisposeScope();
        using nn.Module<Tensor, Tensor> network = nn.Linear(6, 3);
        float[] values = rand(24).data<float>().ToArray();
        long[] classes = [0, 1, 2, 1];
        double[] expected = ConnectionSensitivity.Score(network, tensor(values, [4, 6]), tensor(classes)).ValuesOf("weight");
        CollectionAssert.AreEqual(expected, ConnectionSensitivity.Score(network, Read()).ValuesOf("weight"));

        IEnumerable<(Tensor Inputs, Tensor Labels)> Read()
        {
            using (inference_mode())
            {
                yield return (tensor(values, [4, 6]), tensor(classes));
            }
        }
    }

    [TestMethod]
    public void FitsAtTheSameTimeGiveTheSameFiles()
    {
        set_default_dtype(float64);
        try
        {
            Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ => CollectionAssert.AreEqual(s_layers, FitLayers()));
            Assert.AreEqual(float64, get_default_dtype());
        }
        finally
        {
            set_default_dtype(float32);
        }
    }

    /// <summary>Acts in the named state and in a dispose scope; both must be as before then.</summary>
    private static void Within(string name, Action act)
    {
        using IDisposable? state = States[name]();
        using DisposeScope scope = NewDisposeScope();
        var before = (
            is_grad_enabled(), is_inference_mode_enabled(), get_default_dtype(), get_default_device().ToString(), get_num_threads());
        act();
        Assert.AreEqual(
            before,
            (is_grad_enabled(), is_inference_mode_enabled(), get_default_dtype(), get_default_device().ToString(), get_num_threads()));
        Assert.AreEqual(0, scope.DisposablesCount, "tensors are left in the caller's dispose scope");
    }

    private static byte[] FitLayers(Action<PrunedImageClassificationTrainer.Options>? set = null) => Fit(options =>
    {
        options.Network = NetworkDefinition.Build("odd", new ImageShape(1, 16, 16))
            .Conv2d(5, kernel: 3).BatchNorm().ReLU().Conv2d(7, kernel: 3, stride: 2).ReLU().Flatten().Dropout(0.2).Linear(3).ToDefinition();
        set?.Invoke(options);
    });

    private static byte[] FitModule() => Fit(options => (options.ModuleFactory, options.ModuleName) =
        ((shape, classes) => new GatedNetwork(shape, classes), "SurroundingStateTests.gated"));

    private static byte[] Fit(Action<PrunedImageClassificationTrainer.Options> set)
    {
        var mlContext = new MLContext(3);
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        (options.Sparsity, options.Epochs, options.Threads) = (0.8, 2, 1);
        set(options);
        using PrunedImageClassificationTransformer model = Pipelines.Classifier(
            Pipelines.Create(mlContext, options).Fit(SyntheticImages.AsVectors(mlContext, 60)));
        return Pipelines.ModelFile(model);
    }

    private static Undo Changed(Action change, Action back)
    {
        change();
        return new Undo(back);
    }

    private sealed class Undo(Action back) : IDisposable
    {
        public void Dispose() => back();
    }

    private sealed class Failing : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => throw new NotSupportedException("enough");
    }
}
