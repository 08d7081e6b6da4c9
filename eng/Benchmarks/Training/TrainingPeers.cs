using Microsoft.ML.Snip.Benchmarks.Setup;
using Microsoft.ML.Snip.Engines.Managed.Training;
using Microsoft.ML.Snip.Engines.Torch.Modules;
using Microsoft.ML.Snip.Engines.Torch.Training;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Benchmarks.Training;

/// <summary>Who trains: one step at a time, on the next batch.</summary>
internal abstract class TrainingPeer : IDisposable
{
    private int _next;

    public static string[] Names { get; } = ["managed", "masked", "dense"];

    /// <param name="name">managed, masked (TorchSharp with masks) or dense (a plain loop over TorchSharp's own layers).</param>
    /// <param name="case">The network.</param>
    /// <param name="images">Where images are from.</param>
    /// <param name="threads">The number of threads.</param>
    public static TrainingPeer Create(string name, TrainingCase @case, ImageSet images, int threads)
    {
        (SparseNetwork network, PruningMask mask) = @case.Prune(images);
        ExampleSet training = @case.LoadImages(images);
        PixelNormalization normalization = training.Dataset.ComputeNormalization();
        var run = new TrainingRun(@case.Settings, mask, training, null, normalization, new RandomStreams(0));
        return name switch
        {
            "managed" => new EnginePeer(@case, training, ManagedEngine.Create(network, run, _ => { }, threads), null),
            "masked" => Masked(),
            "dense" => new DensePeer(@case, Load(TorchForm.Plain), training, normalization),
            _ => throw new ArgumentException($"'{name}' is not one of {string.Join(", ", Names)}."),
        };

        EnginePeer Masked()
        {
            TorchNetwork module = Load(TorchForm.Correct);
            return new EnginePeer(@case, training, new TorchEngine(module, run, module.SeedDropout), module);
        }

        TorchNetwork Load(TorchForm form)
        {
            var module = new TorchNetwork(@case.Definition, form: form);
            var values = new Dictionary<string, float[]>(network.Vectors);
            foreach ((string parameter, SparseMatrix weight) in network.Weights)
            {
                values.Add(parameter, weight.ToDense());
            }

            module.LoadParameters(values);
            return module;
        }
    }

    public void Step()
    {
        const int Batches = 20;
        int[] batch = [.. Enumerable.Range(_next * TrainingCase.BatchSize, TrainingCase.BatchSize)];
        _next = (_next + 1) % Batches;
        Step(batch);
    }

    public abstract void Dispose();

    protected abstract void Step(int[] batch);

    /// <summary>One of the library's engines.</summary>
    private sealed class EnginePeer(TrainingCase @case, ExampleSet training, ITrainingEngine engine, TorchNetwork? module)
        : TrainingPeer
    {
        public override void Dispose()
        {
            engine.Dispose();
            module?.Dispose();
        }

        protected override void Step(int[] batch) =>
            engine.Step(new ExampleBatch(training.Dataset, batch), @case.Settings.LearningRate);
    }

    /// <summary>
    /// As a TorchSharp user writes it: the whole set as one tensor of floats, rows picked by their index, loss and accuracy counted.
    /// </summary>
    private sealed class DensePeer : TrainingPeer
    {
        private readonly TorchNetwork _module;
        private readonly BatchTensors _all;
        private readonly Tensor _images;
        private readonly Tensor _labels;
        private readonly optim.Optimizer _optimizer;
        private double _lossSum;
        private long _correct;

        public DensePeer(TrainingCase @case, TorchNetwork module, ExampleSet training, PixelNormalization normalization)
        {
            _module = module;
            _all = new BatchTensors(training.Dataset.Shape, normalization, training.Count);
            (_images, _labels) = _all.Fill(training.Take(0, training.Count));
            TrainingSettings settings = @case.Settings;
            _optimizer = settings.Optimizer == TrainingOptimizer.Sgd
                ? optim.SGD(module.parameters(), settings.LearningRate, settings.Momentum, weight_decay: settings.WeightDecay)
                : optim.Adam(module.parameters(), settings.LearningRate, weight_decay: settings.WeightDecay);
            module.train();
        }

        public override void Dispose()
        {
            _optimizer.Dispose();
            _all.Dispose();
            _module.Dispose();
        }

        protected override void Step(int[] batch)
        {
            using DisposeScope step = NewDisposeScope();
            Tensor chosen = tensor(batch, ScalarType.Int64), target = _labels.index_select(0, chosen);
            Tensor logits = _module.call(_images.index_select(0, chosen));
            Tensor loss = nn.functional.cross_entropy(logits, target);
            _optimizer.zero_grad();
            loss.backward();
            _optimizer.step();
            _lossSum += loss.item<float>();
            _correct += logits.argmax(1).eq(target).sum().item<long>();
        }
    }
}
