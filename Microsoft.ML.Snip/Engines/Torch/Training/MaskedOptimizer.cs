using Microsoft.ML.Snip.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Training;

/// <summary>
/// An optimizer for the kept connections only. A pruned weight and its optimizer state are exactly 0 after every step: both start at 0 and
/// the weight's gradient is set to 0 before each step, so that weight decay and momentum have no effect on it.
/// </summary>
internal sealed class MaskedOptimizer : IDisposable
{
    private readonly string[] _names;
    private readonly Parameter[] _parameters;
    private readonly ParameterUpdate[] _updates;
    private readonly MaskedParameter[] _masked;
    private readonly double? _maxGradientNorm;

    /// <param name="network">The network; its pruned weights are set to 0.</param>
    /// <param name="mask">The kept connections; parameters that are not in the mask are trained completely.</param>
    /// <param name="settings">The optimization algorithm and its settings.</param>
    public MaskedOptimizer(nn.Module network, PruningMask mask, TrainingSettings settings)
    {
        _maxGradientNorm = settings.MaxGradientNorm;
        mask.ApplyTo(network);
        (_names, _parameters) = ([.. network.named_parameters().Select(entry => entry.name)], [.. network.parameters()]);
        _updates = Array.ConvertAll(_parameters, parameter => settings.Optimizer.HasMeanSquares()
            ? (ParameterUpdate)new AdamUpdate(parameter, settings)
            : new SgdUpdate(parameter, settings));
        Dictionary<IntPtr, ParameterUpdate> updates = _parameters.Zip(_updates).ToDictionary(
            pair => pair.First.Handle, pair => pair.Second);
        _masked = [.. mask.BindTo(network).Select(
            bound => new MaskedParameter(bound.Name, bound.Parameter, bound.Mask, updates[bound.Parameter.Handle]))];
    }

    /// <summary>The currently kept connections.</summary>
    public PruningMask ReadMask() => PruningMask.FromTensors(_masked.Select(entry => (entry.Name, entry.Mask)));

    /// <summary>Drops and grows connections: dropped ones are 0 from now on, grown ones start from 0.</summary>
    /// <param name="evolution">Chooses the connections.</param>
    /// <param name="fraction">The fraction of each parameter's kept connections to replace.</param>
    public void UpdateMask(SparseEvolution evolution, double fraction)
    {
        using IDisposable noGradients = no_grad();
        foreach (MaskedParameter masked in _masked)
        {
            using DisposeScope scope = NewDisposeScope();
            if (evolution.Choose(masked.Parameter, masked.Mask, fraction) is var (dropped, grown))
            {
                masked.Move(dropped, grown);
            }
        }
    }

    /// <summary>Copies the parameters and, if asked, the optimizer's state.</summary>
    public Dictionary<string, ParameterState> Read(bool withOptimizer)
    {
        Dictionary<string, Tensor> masks = MasksByName();
        var states = new Dictionary<string, ParameterState>(StringComparer.Ordinal);
        for (int index = 0; index < _parameters.Length; index++)
        {
            Tensor? mask = masks.GetValueOrDefault(_names[index]);
            states.Add(_names[index], new ParameterState(
                KeptNumbers.Read(_parameters[index], mask),
                withOptimizer ? KeptNumbers.Read(_updates[index].Mean, mask) : [],
                withOptimizer ? KeptNumbers.Read(_updates[index].MeanSquare, mask) : []));
        }

        return states;
    }

    /// <summary>Takes over the mask, the parameters and, if it is there, the optimizer's state.</summary>
    public void Write(NetworkState state)
    {
        foreach (MaskedParameter masked in _masked)
        {
            using Tensor mask = state.Mask.TensorOf(masked.Name, masked.Mask.dtype);
            masked.Mask.copy_(mask);
        }

        Dictionary<string, Tensor> masks = MasksByName();
        for (int index = 0; index < _parameters.Length; index++)
        {
            ParameterState parameter = state.Parameters[_names[index]];
            Tensor? mask = masks.GetValueOrDefault(_names[index]);
            KeptNumbers.Write(_parameters[index], mask, parameter.Values);
            KeptNumbers.Write(_updates[index].Mean, mask, parameter.Means);
            KeptNumbers.Write(_updates[index].MeanSquare, mask, parameter.MeanSquares);
        }
    }

    /// <summary>Makes one step with the parameters' gradients, then sets the gradients to 0.</summary>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="step">The number of the step; the first is 1.</param>
    public void Step(double learningRate, long step)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        foreach (MaskedParameter masked in _masked)
        {
            masked.Parameter.grad?.mul_(masked.Mask); // Null if the network does not use the parameter.
        }

        ClipGradients();
        foreach (ParameterUpdate update in _updates)
        {
            update.Step(learningRate, step);
        }

        foreach (Parameter parameter in _parameters)
        {
            parameter.grad?.zero_();
        }
    }

    public void Dispose()
    {
        foreach (ParameterUpdate update in _updates)
        {
            update.Dispose();
        }

        foreach (MaskedParameter masked in _masked)
        {
            masked.Dispose();
        }
    }

    private Dictionary<string, Tensor> MasksByName() => _masked.ToDictionary(entry => entry.Name, entry => entry.Mask);

    /// <summary>Scales gradients down so that all of them together are not longer than the limit, if there is one.</summary>
    private void ClipGradients()
    {
        if (_maxGradientNorm is not { } limit)
        {
            return;
        }

        Tensor[] gradients = [.. _parameters.Select(parameter => parameter.grad).OfType<Tensor>()];
        double norm = Math.Sqrt(gradients.Sum(gradient => (double)(gradient * gradient).sum().item<float>()));
        if (norm > limit)
        {
            using Scalar factor = (limit / norm).ToScalar();
            Array.ForEach(gradients, gradient => gradient.mul_(factor));
        }
    }
}
