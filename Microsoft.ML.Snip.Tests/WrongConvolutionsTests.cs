using Microsoft.ML.Snip.Engines.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests;

/// <summary>
/// What fits, scores and predictions do on machines whose libtorch computes wrong convolutions; elsewhere the fault is pretended.
/// </summary>
[TestClass]
public class WrongConvolutionsTests
{
    private const string Fault = "20 to 50 channels: the output is off by 31";

    private static bool s_wasOn;

    [TestInitialize]
    public void Pretend() => ConvolutionCheck.SimulatedFault = Fault;

    [TestCleanup]
    public void Stop() => ConvolutionCheck.SimulatedFault = null;

    [TestMethod]
    public void AFitOfLayersSaysSoAndLearns()
    {
        List<string> log = Pipelines.LogOf(options => options.Network = NetworkDefinition.Build("odd", new ImageShape(1, 16, 16))
            .Conv2d(5, kernel: 3).ReLU().Conv2d(7, kernel: 3, stride: 2).ReLU().Flatten().Linear(3).ToDefinition());
        string warning = log.Single(line => line.Contains(Fault, StringComparison.Ordinal));
        StringAssert.Contains(warning, "channels of zeros added");
        StringAssert.Contains(log.Last(line => line.Contains("accuracy", StringComparison.Ordinal)), "Epoch 3:");
        Assert.IsTrue(OneDnn.OfProcess.IsOn, "layers need no switch");
    }

    /// <summary>On a machine that has the fault they are right once the program does without oneDNN.</summary>
    [TestMethod]
    public void WhereConvolutionsAreRightNothingIsSaid()
    {
        ConvolutionCheck.SimulatedFault = null;
        bool faulty = ConvolutionCheck.FindFault() is not null;
        if (faulty)
        {
            OneDnn.OfProcess.Set(false);
        }

        List<string> log = Pipelines.LogOf(_ => { });
        if (faulty)
        {
            OneDnn.OfProcess.Set(true);
        }

        Assert.DoesNotContain(line => line.Contains("convolutions", StringComparison.Ordinal), log);
    }

    [TestMethod]
    public void AModuleIsTrainedAndPredictsWithoutOneDnn()
    {
        if (!OneDnn.OfProcess.CanSwitch)
        {
            Assert.Inconclusive("This platform's libtorch has no such switch.");
        }

        bool whileTraining = true;
        List<string> log = Pipelines.LogOf(options =>
        {
            options.ModuleFactory = (_, classes) => new Watching(classes);
            options.ModuleName = "WrongConvolutionsTests.watching";
            options.Progress = new Reporter(() => whileTraining &= s_wasOn);
        });
        Assert.IsFalse(whileTraining, "oneDNN was on while a batch was trained");
        StringAssert.Contains(
            log.Single(line => line.Contains(Fault, StringComparison.Ordinal)),
            "oneDNN is switched off in this process until the fit ends");
        Assert.IsTrue(OneDnn.OfProcess.IsOn);

        SnipModules.Register("WrongConvolutionsTests.watching", (_, classes) => new Watching(classes));
        var mlContext = new MLContext(1);
        PrunedImageClassificationTrainer.Options fast = Pipelines.FastOptions();
        (fast.ModuleFactory, fast.ModuleName) = ((_, classes) => new Watching(classes), "WrongConvolutionsTests.watching");
        PrunedImageClassificationTransformer model = Pipelines.Classifier(
            Pipelines.Create(mlContext, fast).Fit(SyntheticImages.AsVectors(mlContext, 40)));
        s_wasOn = true;
        model.CreatePredictor().Predict(new float[256]);
        Assert.IsFalse(s_wasOn, "oneDNN was on while an image was predicted");
        Assert.IsTrue(OneDnn.OfProcess.IsOn);
    }

    [TestMethod]
    public void OneDnnIsOnAgainAfterAFitThatFails()
    {
        var mlContext = new MLContext(1);
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        (options.ModuleFactory, options.ModuleName) = ((_, classes) => new Watching(classes), "WrongConvolutionsTests.failing");
        options.Progress = new Reporter(() => throw new NotSupportedException("enough"));
        Assert.Throws<NotSupportedException>(() => Pipelines.Create(mlContext, options).Fit(SyntheticImages.AsVectors(mlContext, 40)));
        Assert.IsTrue(OneDnn.OfProcess.IsOn);
    }

    [TestMethod]
    public void AModuleIsScoredWithoutOneDnn()
    {
        if (!OneDnn.OfProcess.CanSwitch)
        {
            Assert.Inconclusive("This platform's libtorch has no such switch.");
        }

        using DisposeScope scope = NewDisposeScope();
        using var module = new Watching(3);
        s_wasOn = true;
        ConnectionSensitivity.Score(module, rand(4, 1, 16, 16), tensor(new long[] { 0, 1, 2, 0 }));
        Assert.IsFalse(s_wasOn);
        Assert.IsTrue(OneDnn.OfProcess.IsOn);
    }

    [TestMethod]
    public void WhereTheProgramDoesWithoutOneDnnThereIsNoFault()
    {
        if (!OneDnn.OfProcess.CanSwitch)
        {
            Assert.Inconclusive("This platform's libtorch has no such switch.");
        }

        OneDnn.OfProcess.Set(false);
        try
        {
            Assert.IsNull(ConvolutionCheck.FindFault());
            Assert.IsNull(ConvolutionCheck.SwitchOneDnnOffWhereWrong());
        }
        finally
        {
            OneDnn.OfProcess.Set(true);
        }
    }

    /// <summary>Remembers whether oneDNN was on when it last computed.</summary>
    private sealed class Watching : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _convolution = nn.Conv2d(1, 4, 5, stride: 3);
        private readonly nn.Module<Tensor, Tensor> _head;

        public Watching(int classes)
            : base(nameof(Watching))
        {
            _head = nn.Linear(64, classes);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            s_wasOn = OneDnn.OfProcess.IsOn;
            return _head.forward(_convolution.forward(input).relu().flatten(1));
        }
    }

    private sealed class Reporter(Action act) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => act();
    }
}
