using Microsoft.ML.Snip.DataViews.Loading;
using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Engines.Torch;
using Microsoft.ML.Snip.Engines.Torch.Modules;
using Microsoft.ML.Snip.Fitting;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Tests.Engines.Torch.UserModules;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Fitting;

/// <summary>A fit gives no model that answers otherwise than it was trained to.</summary>
[TestClass]
public class PredictionCheckTests
{
    [TestMethod]
    public void ConstantsDrawnInTheConstructorAreFound() =>
        Says("would predict differently from the trained module", (shape, classes) => new RandomScale(shape, classes));

    [TestMethod]
    public void BuffersThatAreNotStoredAreFound() =>
        Says("buffers registered as not persistent", (shape, classes) => new CountedBatches(shape, classes));

    [TestMethod]
    public void TensorsFromOutsideThatChangeAreFound()
    {
        using Tensor outside = ones(1);
        Says("tensors from outside that change", (shape, classes) =>
        {
            outside.add_(1);
            return new Scaled(shape, classes, outside.clone());
        });
    }

    [TestMethod]
    public void ConstantsThatAreTheSameEachTimeAreNoFault()
    {
        using PrunedImageClassificationTransformer model = Fit((shape, classes) => new Scaled(shape, classes, full([1], 2f)));
        Assert.IsGreaterThan(0.9, Accuracy(model), "the constant must outlive the fit");
    }

    [TestMethod]
    public void AModuleThatMixesTheBatchIsFound() =>
        Says("one by one than in a batch", (shape, classes) => new UntrackedNorm(shape, classes));

    [TestMethod]
    public void AModuleThatDrawsInPredictionIsFound() =>
        Says("draws random numbers in evaluation mode", (shape, classes) => new AlwaysDrops(shape, classes));

    [TestMethod]
    [DataRow(NetworkArchitecture.LeNet300)]
    [DataRow(NetworkArchitecture.LeNet5)]
    [DataRow(NetworkArchitecture.SmallCnn)]
    [DataRow(NetworkArchitecture.GruS)]
    public void NetworksOfLayersAreComparedToo(NetworkArchitecture architecture)
    {
        using DisposeScope scope = NewDisposeScope();
        ExampleSet examples = Examples(7);
        using TorchNetwork module = Module(NetworkDefinition.FromArchitecture(architecture, examples.Dataset.Shape, classCount: 3));
        using var network = new LayeredNetwork(module);
        var sample = new ImageSample(examples, examples.Dataset.ComputeNormalization(), () => { });
        var executor = new SparseExecutor(network.ToSparse(KeepAll(module)));
        PredictionCheck.Run(network, executor, sample, 0.1);
        Assert.IsFalse(module.training);
        Refuses("as one batch", new Altered(executor, (scores, count) => scores[^1] *= count > 1 ? 1.1f : 1));
        Refuses("image by image", new Altered(executor, (scores, count) => scores[0] *= count > 1 ? 1 : 1.1f));
        Refuses("as one batch", new Altered(executor, (scores, _) => scores[0] = float.NaN));
        void Refuses(string expected, INetworkExecutor wrong) =>
            StringAssert.Contains(
                Assert.Throws<InvalidOperationException>(() => PredictionCheck.Run(network, wrong, sample, 0.1)).Message, expected);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    public void FewImagesAreEnough(int count)
    {
        using PrunedImageClassificationTransformer model = Fit((shape, classes) => new GatedNetwork(shape, classes), items: count);
        Assert.HasCount(Math.Min(3, count), model.ClassNames);
        Assert.Throws<InvalidOperationException>(() => Fit((shape, classes) => new UntrackedNorm(shape, classes), items: count));
    }

    [TestMethod]
    public void SaturatedProbabilitiesHideNoDifference()
    {
        using DisposeScope scope = NewDisposeScope();
        ExampleSet examples = Examples(5);
        using TorchNetwork module = Module(Linear());
        using var network = new LayeredNetwork(module);
        var sample = new ImageSample(examples, examples.Dataset.ComputeNormalization(), () => { });
        using (no_grad())
        {
            module.parameters().Single(parameter => parameter.dim() == 1).copy_(tensor(new[] { 60f, 0, 0 }));
        }

        PredictionCheck.Run(network, new SparseExecutor(network.ToSparse(KeepAll(module))), sample, 0.1);
        using (no_grad())
        {
            SparseNetwork before = network.ToSparse(KeepAll(module));
            module.parameters().Single(parameter => parameter.dim() == 1).copy_(tensor(new[] { 50f, 0, 0 }));
            Assert.Throws<InvalidOperationException>(() => PredictionCheck.Run(network, new SparseExecutor(before), sample, 0.1));
        }
    }

    [TestMethod]
    public void OutputsThatAreNotFiniteAreADivergence()
    {
        using DisposeScope scope = NewDisposeScope();
        ExampleSet examples = Examples(5);
        using TorchNetwork module = Module(Linear());
        using var network = new LayeredNetwork(module);
        using (no_grad())
        {
            module.parameters().First().fill_(float.MaxValue);
        }

        var sample = new ImageSample(examples, examples.Dataset.ComputeNormalization(), () => { });
        var exception = Assert.Throws<InvalidOperationException>(
            () => PredictionCheck.Run(network, new SparseExecutor(network.ToSparse(KeepAll(module))), sample, 0.1));
        StringAssert.Contains(exception.Message, "Choose a smaller LearningRate (it was 0.1)");
    }

    [TestMethod]
    public void TheSampleIsSpreadOverTheRows()
    {
        ExampleSet examples = Examples(100);
        var plain = new PixelNormalization([0f], [1f]);
        var sample = new ImageSample(examples, plain, () => { });
        Assert.AreEqual(32, sample.Count);
        var last = new float[sample.ImageLength];
        examples.Dataset.CopyNormalized(31 * 100 / 32, plain, last);
        CollectionAssert.AreEqual(last, sample.Pixels[^sample.ImageLength..]);
        Assert.AreEqual(3, new ImageSample(Examples(3), plain, () => { }).Count);
    }

    internal static PrunedImageClassificationTransformer Fit(
        ModuleFactory factory, Action<PrunedImageClassificationTrainer.Options>? set = null, int items = 90)
    {
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.Sparsity = 0.5;
        options.ModuleFactory = factory;
        options.ModuleName = nameof(PredictionCheckTests);
        set?.Invoke(options);
        var mlContext = new MLContext(3);
        return Pipelines.Classifier(Pipelines.Create(mlContext, options).Fit(SyntheticImages.AsVectors(mlContext, items)));
    }

    private static void Says(string expected, ModuleFactory factory)
    {
        string message = Assert.Throws<InvalidOperationException>(() => Fit(factory)).Message;
        StringAssert.Contains(message, expected);
        StringAssert.Contains(message, nameof(PredictionCheckTests));
    }

    private static double Accuracy(PrunedImageClassificationTransformer model) =>
        SyntheticImages.Draw(30, seed: 2).Average(
            example => model.CreatePredictor().Predict(example.Pixels).Label == example.Label ? 1.0 : 0.0);

    private static ExampleSet Examples(int count)
    {
        var mlContext = new MLContext(1);
        IDataView data = PrunedImageClassificationTrainerTests.Keyed(mlContext, SyntheticImages.AsVectors(mlContext, count));
        return ExampleSet.All(new ImageDatasetLoader("Label", "Image", () => { }, _ => { }).LoadTrainingSet(data));
    }

    private static NetworkDefinition Linear() =>
        NetworkDefinition.Build("linear", new ImageShape(1, SyntheticImages.Side, SyntheticImages.Side)).Flatten().Linear(3).ToDefinition();

    private static TorchNetwork Module(NetworkDefinition definition)
    {
        var module = new TorchNetwork(definition);
        module.LoadParameters(WeightInitializer.Draw(definition, new Random(3)));
        return module;
    }

    private static PruningMask KeepAll(TorchNetwork module) =>
        PruningMask.FromTensors([.. module.named_parameters().Where(entry => entry.parameter.dim() >= 2)
            .Select(entry => (entry.name, ones_like(entry.parameter)))]);

    /// <summary>Predicts as another does, and changes the result.</summary>
    private sealed class Altered(INetworkExecutor inner, Action<float[], int> change) : INetworkExecutor
    {
        public int MaxThreads { get; set; } = 1;

        public void Predict(ReadOnlySpan<float> images, int count, Span<float> output)
        {
            inner.Predict(images, count, output);
            float[] scores = output.ToArray();
            change(scores, count);
            scores.CopyTo(output);
        }
    }

    private sealed class Scaled(ImageShape shape, int classCount, Tensor scale) : OwnModule(shape, classCount)
    {
        protected override Tensor Between(Tensor hidden) => hidden * scale;
    }

    private sealed class RandomScale(ImageShape shape, int classCount) : OwnModule(shape, classCount)
    {
        private readonly Tensor _scale = rand(Units);

        protected override Tensor Between(Tensor hidden) => hidden * _scale;
    }

    private sealed class CountedBatches : OwnModule
    {
        private readonly Tensor _count = zeros(1);

        public CountedBatches(ImageShape shape, int classCount)
            : base(shape, classCount) => register_buffer("count", _count, persistent: false);

        protected override Tensor Between(Tensor hidden)
        {
            if (training)
            {
                _count.add_(1);
            }

            return hidden / (1 + _count);
        }
    }

    private sealed class UntrackedNorm : OwnModule
    {
        private readonly nn.Module<Tensor, Tensor> _norm = nn.BatchNorm1d(Units, track_running_stats: false);

        public UntrackedNorm(ImageShape shape, int classCount)
            : base(shape, classCount) => register_module("norm", _norm);

        protected override Tensor Between(Tensor hidden) => _norm.call(hidden);
    }

    private sealed class AlwaysDrops(ImageShape shape, int classCount) : OwnModule(shape, classCount)
    {
        protected override Tensor Between(Tensor hidden) => nn.functional.dropout(hidden, 0.5, training: true);
    }
}
