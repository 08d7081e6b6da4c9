using Microsoft.ML.Snip.Engines.Torch.Runtime;
using Microsoft.ML.Snip.Networks.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Modules;

/// <summary>
/// A <see cref="NetworkDefinition"/> as a TorchSharp module, for scoring and training. Its input is [batch, channels, height, width], its
/// output logits [batch, classes]. Its parameters have the names of <see cref="NetworkDefinition.Parameters"/>.
/// </summary>
internal sealed class TorchNetwork : nn.Module<Tensor, Tensor>
{
    private readonly Dictionary<string, Func<Tensor[], Tensor>> _steps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _readers = new(StringComparer.Ordinal);
    private readonly Generator _dropoutGenerator;

    /// <param name="definition">The network.</param>
    /// <param name="dropoutSeed">The seed of the module's own generator for dropout; torch's global generator is not used.</param>
    /// <param name="form">The kind of TorchSharp operations.</param>
    public TorchNetwork(NetworkDefinition definition, long dropoutSeed = 0, TorchForm form = TorchForm.Correct)
        : base(definition.Name)
    {
        Definition = definition;
        form = form != TorchForm.Correct ? form : ConvolutionCheck.FindFault() is null ? TorchForm.Correct : TorchForm.Padded;
        _dropoutGenerator = new Generator((ulong)dropoutSeed, CPU);
        using var restored = new GlobalGenerator(); // Torch's modules draw their own initial values.
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

    /// <summary>Seeds the generator for dropout.</summary>
    public void SeedDropout(int seed) => _dropoutGenerator.manual_seed(seed);

    public override Tensor forward(Tensor input)
    {
        var outputs = new Dictionary<string, Tensor>(StringComparer.Ordinal) { [NetworkDefinition.InputName] = input };
        var remaining = new Dictionary<string, int>(_readers, StringComparer.Ordinal);
        foreach (Layer layer in Definition.Layers)
        {
            outputs[layer.Name] = _steps[layer.Name]([.. layer.Inputs.Select(name => outputs[name])]);
            foreach (string name in layer.Inputs)
            {
                // Without gradients, an activation is not needed after its last reader has read it.
                if (--remaining[name] == 0 && name != NetworkDefinition.InputName && !is_grad_enabled())
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

        using Scalar dropped = rate.ToScalar(), remaining = (1 - rate).ToScalar();
        Tensor kept = rand(shape, input.dtype, CPU, generator: _dropoutGenerator).ge(dropped).to(input.device);
        return (input * kept).div(remaining);
    }
}
