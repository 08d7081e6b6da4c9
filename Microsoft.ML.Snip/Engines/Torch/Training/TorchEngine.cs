using Microsoft.ML.Snip.Images.InMemory;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Training;

/// <summary>
/// Trains any TorchSharp module densely and keeps its pruned weights at 0; it costs as much as training the dense network.
/// </summary>
internal sealed class TorchEngine : ITrainingEngine
{
    private readonly nn.Module<Tensor, Tensor> _module;
    private readonly MaskedOptimizer _optimizer;
    private readonly SparseEvolution _evolution;
    private readonly BatchTensors _training;
    private readonly BatchTensors? _validation;
    private readonly Augmenter? _augmenter;
    private Dictionary<string, Tensor> _kept = [];
    private Tensor[] _keptMasks = [];
    private readonly double _labelSmoothing;
    private readonly Tensor? _classWeights;

    /// <param name="module">The module with its initial weights; not owned by this object.</param>
    /// <param name="mask">The kept connections; the others are set to 0.</param>
    /// <param name="settings">The training settings.</param>
    /// <param name="training">The training set.</param>
    /// <param name="validation">The validation set, or null.</param>
    /// <param name="normalization">The normalisation of the pixels.</param>
    /// <param name="random">The random numbers for augmentation and for grown connections.</param>
    public TorchEngine(
        nn.Module<Tensor, Tensor> module, PruningMask mask, TrainingSettings settings, ExampleSet training, ExampleSet? validation,
        PixelNormalization normalization, RandomStreams random)
    {
        _module = module;
        _optimizer = new MaskedOptimizer(module, mask, settings);
        _labelSmoothing = settings.LabelSmoothing;
        _classWeights = settings.ClassWeights is { } weights ? tensor(weights).DetachFromDisposeScope() : null;
        _evolution = new SparseEvolution(random.SeedOf("rewiring"));
        _training = new BatchTensors(training.Dataset, normalization, settings.CountLargestBatch(training.Count));
        _validation = validation is null
            ? null
            : new BatchTensors(validation.Dataset, normalization, Math.Min(settings.BatchSize, validation.Count));
        _augmenter = settings.Augmentation is { } augmentation
            ? new Augmenter(augmentation, training.Dataset.Shape, normalization, random.Create("augmentation"))
            : null;
    }

    public (double Loss, long Correct) Step(ReadOnlySpan<int> examples, double learningRate)
    {
        if (!_module.training)
        {
            _module.train();
        }

        using DisposeScope scope = NewDisposeScope();
        (Tensor images, Tensor labels) = _training.Fill(examples, _augmenter);
        Tensor logits = _module.call(images);
        Tensor loss = nn.functional.cross_entropy(logits, labels, _classWeights, label_smoothing: _labelSmoothing);
        loss.backward();
        _optimizer.Step(learningRate);
        return (loss.item<float>(), CountCorrect(logits, labels));
    }

    public double Evaluate(ReadOnlySpan<int> examples, Span<int> predicted)
    {
        if (_module.training)
        {
            _module.eval();
        }

        using IDisposable inference = inference_mode();
        using DisposeScope scope = NewDisposeScope();
        (Tensor images, Tensor labels) = (_validation ?? throw new InvalidOperationException("There is no validation set.")).Fill(examples);
        Tensor logits = _module.call(images);
        logits.argmax(1).to(ScalarType.Int32).data<int>().CopyTo(predicted);
        return nn.functional.cross_entropy(logits, labels, reduction: nn.Reduction.Sum).item<float>();
    }

    public void KeepWeights()
    {
        DisposeKept();
        _kept = _module.state_dict().ToDictionary(entry => entry.Key, entry => Copy(entry.Value));
        _keptMasks = [.. _optimizer.Masks.Select(Copy)];

        static Tensor Copy(Tensor tensor)
        {
            using IDisposable noGradients = no_grad();
            return tensor.detach().clone().DetachFromDisposeScope();
        }
    }

    public void RestoreWeights()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        foreach ((string name, Tensor tensor) in _module.state_dict())
        {
            tensor.copy_(_kept[name]);
        }

        foreach ((Tensor mask, Tensor kept) in _optimizer.Masks.Zip(_keptMasks))
        {
            mask.copy_(kept);
        }
    }

    public void UpdateMask(double fraction) => _optimizer.UpdateMask(_evolution, fraction);

    public string? FindNotFinite()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        return _module.state_dict()
            .Where(entry => entry.Value.is_floating_point() && !entry.Value.isfinite().all().item<bool>())
            .Select(entry => entry.Key).FirstOrDefault();
    }

    public PruningMask ReadMask() => _optimizer.ReadMask();

    public void Finish() => _module.eval();

    public void Dispose()
    {
        DisposeKept();
        _optimizer.Dispose();
        _classWeights?.Dispose();
        _evolution.Dispose();
        _training.Dispose();
        _validation?.Dispose();
    }

    private void DisposeKept()
    {
        foreach (Tensor tensor in _kept.Values.Concat(_keptMasks))
        {
            tensor.Dispose();
        }
    }

    private static long CountCorrect(Tensor logits, Tensor labels)
    {
        using IDisposable noGradients = no_grad();
        return logits.argmax(1).eq(labels).sum().item<long>();
    }
}
