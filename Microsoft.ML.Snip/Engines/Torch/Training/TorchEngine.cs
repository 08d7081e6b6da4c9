using Microsoft.ML.Snip.Images.Examples;
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
    private readonly TrainingRun _run;
    private readonly Action<int> _seedModule;
    private readonly MaskedOptimizer _optimizer;
    private readonly BatchTensors _training;
    private readonly BatchTensors? _validation;
    private readonly Augmenter? _augmenter;
    private readonly Tensor? _classWeights;
    private readonly Device _device;
    private long _step;

    /// <param name="module">The module with its initial weights; not owned by this object.</param>
    /// <param name="run">What to train with. Connections that its mask does not keep are set to 0.</param>
    /// <param name="seedModule">Seeds the random numbers that the module draws, for example for dropout; called before each step.</param>
    public TorchEngine(nn.Module<Tensor, Tensor> module, TrainingRun run, Action<int> seedModule)
    {
        (_module, _run, _seedModule) = (module, run, seedModule);
        _device = run.Device.Kind == TrainingDeviceKind.Cuda ? device(DeviceType.CUDA, run.Device.Index) : CPU;
        module.to(_device);
        _optimizer = new MaskedOptimizer(module, run.Mask, run.Settings);
        _classWeights = run.Settings.ClassWeights is { } weights ? tensor(weights, device: _device).DetachFromDisposeScope() : null;
        _training = new BatchTensors(run.Training.Dataset.Shape, run.Normalization, run.LargestTrainingBatch, _device);
        _validation = run.Validation is null
            ? null
            : new BatchTensors(run.Validation.Dataset.Shape, run.Normalization, run.LargestValidationBatch, _device);
        _augmenter = run.CreateAugmenter();
    }

    public (double Loss, long Correct) Step(ExampleBatch batch, double learningRate)
    {
        if (!_module.training)
        {
            _module.train();
        }

        _step++;
        _seedModule(_run.Random.SeedOf("module", _step));
        using DisposeScope scope = NewDisposeScope();
        (Tensor images, Tensor labels) = _training.Fill(
            batch, _augmenter, _augmenter is null ? null : _run.ForAugmentation(_step));
        Tensor logits = _module.call(images);
        Tensor loss = Loss(batch, logits, labels);
        loss.backward();
        _optimizer.Step(learningRate, _step);
        return (loss.item<float>(), CountCorrect(logits, labels));
    }

    public double Evaluate(ExampleBatch batch, Span<int> predicted)
    {
        if (_module.training)
        {
            _module.eval();
        }

        using IDisposable inference = inference_mode();
        using DisposeScope scope = NewDisposeScope();
        (Tensor images, Tensor labels) = (_validation ?? throw new InvalidOperationException("There is no validation set.")).Fill(batch);
        Tensor logits = _module.call(images);
        logits.argmax(1).to(ScalarType.Int32).cpu().data<int>().CopyTo(predicted);
        return nn.functional.cross_entropy(logits, labels, reduction: nn.Reduction.Sum).item<float>();
    }

    public void UpdateMask(double fraction)
    {
        using var evolution = new SparseEvolution(_run.SeedOfGrowth(_step));
        _optimizer.UpdateMask(evolution, fraction);
    }

    public NetworkState Read(bool withOptimizer)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        return new NetworkState(
            _step, _optimizer.ReadMask(), _optimizer.Read(withOptimizer),
            Buffers().ToDictionary(entry => entry.Key, entry => entry.Value.cpu().contiguous().bytes.ToArray()));
    }

    public void Write(NetworkState state)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        _step = state.Step;
        _optimizer.Write(state);
        foreach ((string name, Tensor buffer) in Buffers())
        {
            Tensor source = buffer.cpu().contiguous().clone();
            state.Buffers[name].CopyTo(source.bytes);
            buffer.copy_(source);
        }
    }

    public string? FindNotFinite()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        return _module.state_dict()
            .Where(entry => entry.Value.is_floating_point() && !entry.Value.isfinite().all().item<bool>())
            .Select(entry => entry.Key).FirstOrDefault();
    }

    public void Finish()
    {
        _module.eval();
        _module.to(CPU);
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _classWeights?.Dispose();
        _training.Dispose();
        _validation?.Dispose();
    }

    /// <summary>The mean loss; with weights, the sum of the weighted losses divided by that of the weights.</summary>
    private Tensor Loss(ExampleBatch batch, Tensor logits, Tensor labels)
    {
        if (batch.Dataset.Weights is null)
        {
            return nn.functional.cross_entropy(logits, labels, _classWeights, label_smoothing: _run.Settings.LabelSmoothing);
        }

        Tensor weights = _training.WeightsOf(batch);
        Tensor losses = nn.functional.cross_entropy(
            logits, labels, _classWeights, reduction: nn.Reduction.None, label_smoothing: _run.Settings.LabelSmoothing);
        Tensor sum = (_classWeights is null ? weights : weights * _classWeights.index_select(0, labels)).sum();
        return (losses * weights).sum() / (sum.item<float>() == 0 ? ones_like(sum) : sum);
    }

    /// <summary>What the module stores besides its parameters.</summary>
    private IEnumerable<KeyValuePair<string, Tensor>> Buffers()
    {
        HashSet<string> parameters = [.. _module.named_parameters().Select(entry => entry.name)];
        return _module.state_dict().Where(entry => !parameters.Contains(entry.Key));
    }

    private static long CountCorrect(Tensor logits, Tensor labels)
    {
        using IDisposable noGradients = no_grad();
        return logits.argmax(1).eq(labels).sum().item<long>();
    }
}
