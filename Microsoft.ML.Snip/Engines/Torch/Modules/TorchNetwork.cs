using Microsoft.ML.Snip.Engines.Torch.Runtime;
using Microsoft.ML.Snip.Networks.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Modules;

/// <summary>
/// A <see cref="NetworkDefinition"/> as a TorchSharp module, for scoring and training. Takes [batch, channels, height, width], gives logits
/// [batch, classes]. Its parameters bear the names of <see cref="NetworkDefinition.Parameters"/>.
/// </summary>
internal sealed class TorchNetwork : nn.Module<Tensor, Tensor>
{
    private readonly Dictionary<string, Func<Tensor[], Tensor>> _steps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _readers = new(StringComparer.Ordinal);
    private readonly Generator _dropoutGenerator;

    /// <param name="definition">The network.</param>
    /// <param name="dropoutSeed">Seed of the module's own generator, from which dropout draws; torch's global one is not used.</param>
    /// <param name="form">By which of TorchSharp's operations it computes.</param>
    public TorchNetwork(NetworkDefinition definition, long dropoutSeed = 0, TorchForm form = TorchForm.Right)
        : base(definition.Name)
    {
        Definition = definition;
        form = form != TorchForm.Right ? form : ConvolutionCheck.FindFault() is null ? TorchForm.Right : TorchForm.Padded;
        _dropoutGenerator = new Generator((ulong)dropoutSeed, CPU);
        using var unmoved = new GlobalGenerator(); // Torch's modules draw initial values of their own.
        var layers = new TorchLayers(definition, form, register_module, Drop);
        foreach (Layer layer in definition.Layers)
        {
            _steps.Add(layer.Name, layer.Accept(layers));
            foreach (string input in layer.Inputs)
            {
                _readers[input] = _readers.GetValueOrDefault(input) + 1;
            }
        }
    }

    public NetworkDefinition Definition { get; }

    /// <summary>The module's parameters and buffers by the names of <see cref="NetworkDefinition.Parameters"/>.</summary>
    public Dictionary<string, Tensor> NamedTensors()
    {
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach ((string name, Tensor tensor) in named_parameters().Select(pair => (pair.name, (Tensor)pair.parameter))
                     .Concat(named_buffers().Select(pair => (pair.name, pair.buffer))))
        {
            tensors[name] = tensor;
        }

        return tensors;
    }

    /// <summary>
    /// Sets parameters and buffers to the given values, row-major, by the names of <see cref="NetworkDefinition.Parameters"/>.
    /// </summary>
    public void LoadParameters(IReadOnlyDictionary<string, float[]> values)
    {
        using IDisposable noGradients = no_grad();
        Dictionary<string, Tensor> tensors = NamedTensors();
        foreach ((string name, float[] value) in values)
        {
            using Tensor source = tensor(value, tensors[name].shape);
            tensors[name].copy_(source);
        }
    }

    public override Tensor forward(Tensor input)
    {
        var outputs = new Dictionary<string, Tensor>(StringComparer.Ordinal) { [NetworkDefinition.InputName] = input };
        var left = new Dictionary<string, int>(_readers, StringComparer.Ordinal);
        foreach (Layer layer in Definition.Layers)
        {
            outputs[layer.Name] = _steps[layer.Name]([.. layer.Inputs.Select(name => outputs[name])]);
            foreach (string name in layer.Inputs)
            {
                // Without gradients nothing else holds an activation that all its readers have read.
                if (--left[name] == 0 && name != NetworkDefinition.InputName && !is_grad_enabled())
                {
                    outputs[name].Dispose();
                }
            }
        }

        return outputs[Definition.Layers[^1].Name];
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _dropoutGenerator.Dispose();
        }

        base.Dispose(disposing);
    }

    private Tensor Drop(Tensor input, long[] shape, double rate)
    {
        if (!training || rate == 0)
        {
            return input.alias();
        }

        using Scalar dropped = rate.ToScalar(), left = (1 - rate).ToScalar();
        Tensor kept = rand(shape, input.dtype, CPU, generator: _dropoutGenerator).ge(dropped).to(input.device);
        return (input * kept).div(left);
    }
}
