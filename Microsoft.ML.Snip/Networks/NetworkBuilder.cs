using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Networks;

/// <summary>
/// Builds a <see cref="NetworkDefinition"/> layer by layer; each layer takes the output of the previous one. A layer without a specified
/// name is named by its kind and a number (<c>conv1</c>, <c>fc2</c>); names of earlier layers are skipped. For residual networks, store
/// <see cref="Current"/> and use it later with <see cref="From"/> and <see cref="Add"/>.
/// </summary>
public sealed class NetworkBuilder
{
    private readonly string _name;
    private readonly ImageShape _inputShape;
    private readonly List<Layer> _layers = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    internal NetworkBuilder(string name, ImageShape inputShape)
    {
        _name = name;
        _inputShape = inputShape;
    }

    /// <summary>The layer whose output the next layer takes; at the start <see cref="NetworkDefinition.InputName"/>.</summary>
    public string Current { get; private set; } = NetworkDefinition.InputName;

    /// <summary>Appends a convolution; see <see cref="Layers.Conv2d"/>.</summary>
    public NetworkBuilder Conv2d(
        int filters, int kernel, int stride = 1, int padding = 0, bool bias = true, string? name = null, int groups = 1,
        int dilation = 1) =>
        Conv2d(filters, kernel, stride, Padding.Same(padding), bias, name, groups, dilation);

    /// <summary>Appends a convolution with a separate padding for each side; see <see cref="Layers.Conv2d"/>.</summary>
    public NetworkBuilder Conv2d(
        int filters, int kernel, int stride, Padding padding, bool bias = true, string? name = null, int groups = 1, int dilation = 1) =>
        Append(new Conv2d(name ?? NextName("conv"), Current, filters, kernel, kernel, stride, padding, bias, groups, dilation));

    /// <summary>Appends a fully connected layer; see <see cref="Layers.Linear"/>.</summary>
    public NetworkBuilder Linear(int units, bool bias = true, string? name = null) =>
        Append(new Linear(name ?? NextName("fc"), Current, units, bias));

    /// <summary>Appends a batch norm; see <see cref="Layers.BatchNorm"/>.</summary>
    public NetworkBuilder BatchNorm(double epsilon = 1e-5, string? name = null) =>
        Append(new BatchNorm(name ?? NextName("bn"), Current, epsilon));

    /// <summary>Appends a group norm; see <see cref="Layers.GroupNorm"/>.</summary>
    public NetworkBuilder GroupNorm(int groups, double epsilon = 1e-5, string? name = null) =>
        Append(new GroupNorm(name ?? NextName("gn"), Current, groups, epsilon));

    /// <summary>Appends a layer norm; see <see cref="Layers.LayerNorm"/>.</summary>
    public NetworkBuilder LayerNorm(double epsilon = 1e-5, string? name = null) =>
        Append(new LayerNorm(name ?? NextName("ln"), Current, epsilon));

    /// <summary>Appends a ReLU; see <see cref="Layers.ReLU"/>.</summary>
    public NetworkBuilder ReLU(string? name = null) => Append(new ReLU(name ?? NextName("relu"), Current));

    /// <summary>Appends a leaky ReLU; see <see cref="ActivationFunction.LeakyReLU"/>.</summary>
    public NetworkBuilder LeakyReLU(double slope = 0.01, string? name = null) => Activation(ActivationFunction.LeakyReLU, name, slope);

    /// <summary>Appends a ReLU limited to 6; see <see cref="ActivationFunction.ReLU6"/>.</summary>
    public NetworkBuilder ReLU6(string? name = null) => Activation(ActivationFunction.ReLU6, name);

    /// <summary>Appends a sigmoid-weighted linear unit; see <see cref="ActivationFunction.SiLU"/>.</summary>
    public NetworkBuilder SiLU(string? name = null) => Activation(ActivationFunction.SiLU, name);

    /// <summary>Appends a hard swish; see <see cref="ActivationFunction.Hardswish"/>.</summary>
    public NetworkBuilder Hardswish(string? name = null) => Activation(ActivationFunction.Hardswish, name);

    /// <summary>Appends a sigmoid; see <see cref="ActivationFunction.Sigmoid"/>.</summary>
    public NetworkBuilder Sigmoid(string? name = null) => Activation(ActivationFunction.Sigmoid, name);

    /// <summary>Appends a hyperbolic tangent; see <see cref="ActivationFunction.Tanh"/>.</summary>
    public NetworkBuilder Tanh(string? name = null) => Activation(ActivationFunction.Tanh, name);

    /// <summary>Appends a Gaussian error linear unit; see <see cref="ActivationFunction.GELU"/>.</summary>
    public NetworkBuilder GELU(string? name = null) => Activation(ActivationFunction.GELU, name);

    /// <summary>Appends max pooling; see <see cref="Layers.MaxPool"/>. A stride of 0 means the window's size.</summary>
    public NetworkBuilder MaxPool(int size, int stride = 0, int padding = 0, string? name = null, bool ceilMode = false) =>
        Append(new MaxPool(name ?? NextName("pool"), Current, size, stride == 0 ? size : stride, padding, ceilMode));

    /// <summary>Appends average pooling; see <see cref="Layers.AvgPool"/>. A stride of 0 means the window's size.</summary>
    public NetworkBuilder AvgPool(int size, int stride = 0, string? name = null) =>
        Append(new AvgPool(name ?? NextName("pool"), Current, size, stride == 0 ? size : stride));

    /// <summary>Appends global average pooling; see <see cref="Layers.GlobalAveragePool"/>.</summary>
    public NetworkBuilder GlobalAveragePool(string? name = null) => Append(new GlobalAveragePool(name ?? NextName("average"), Current));

    /// <summary>Turns a map into a vector; see <see cref="Layers.Flatten"/>.</summary>
    public NetworkBuilder Flatten(string? name = null) => Append(new Flatten(name ?? NextName("flatten"), Current));

    /// <summary>Appends dropout; see <see cref="Layers.Dropout"/>.</summary>
    public NetworkBuilder Dropout(double rate, string? name = null) => Append(new Dropout(name ?? NextName("dropout"), Current, rate));

    /// <summary>Appends dropout of whole channels; see <see cref="Layers.Dropout2d"/>.</summary>
    public NetworkBuilder Dropout2d(double rate, string? name = null) => Append(new Dropout2d(name ?? NextName("dropout"), Current, rate));

    /// <summary>Multiplies the current output by that of another layer; see <see cref="Layers.Multiply"/>.</summary>
    public NetworkBuilder Multiply(string other, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Append(new Multiply(name ?? NextName("multiply"), Current, other));
    }

    /// <summary>Concatenates the current output and those of other layers; see <see cref="Layers.Concat"/>.</summary>
    public NetworkBuilder Concat(params IEnumerable<string> others)
    {
        ArgumentNullException.ThrowIfNull(others);
        return Append(new Concat(NextName("concat"), [Current, .. others]));
    }

    /// <summary>Adds the output of another layer to the current one; see <see cref="Layers.Add"/>.</summary>
    public NetworkBuilder Add(string other, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Append(new Add(name ?? NextName("add"), Current, other));
    }

    /// <summary>Reads an image row by row; see <see cref="Layers.RowsAsSequence"/>.</summary>
    public NetworkBuilder RowsAsSequence(string? name = null) => Append(new RowsAsSequence(name ?? NextName("rows"), Current));

    /// <summary>Appends long short-term memory cells; see <see cref="Layers.Lstm"/>.</summary>
    public NetworkBuilder Lstm(int units, string? name = null) => Append(new Lstm(name ?? NextName("lstm"), Current, units));

    /// <summary>Appends gated recurrent units; see <see cref="Layers.Gru"/>.</summary>
    public NetworkBuilder Gru(int units, string? name = null) => Append(new Gru(name ?? NextName("gru"), Current, units));

    /// <summary>Takes the last step of a sequence; see <see cref="Layers.LastStep"/>.</summary>
    public NetworkBuilder LastStep(string? name = null) => Append(new LastStep(name ?? NextName("last"), Current));

    /// <summary>Continues from an earlier layer, or from <see cref="NetworkDefinition.InputName"/>.</summary>
    public NetworkBuilder From(string layerName)
    {
        ArgumentNullException.ThrowIfNull(layerName);
        Current = layerName;
        return this;
    }

    /// <summary>Creates the network; the last appended layer gives the logits.</summary>
    /// <exception cref="ArgumentException">A shape or an input of a layer is invalid; the message names the layer.</exception>
    public NetworkDefinition ToDefinition() => new(_name, _inputShape, _layers);

    private NetworkBuilder Activation(ActivationFunction function, string? name, double slope = 0.01) =>
        Append(new Activation(name ?? NextName(function.ToString().ToLowerInvariant()), Current, function, slope));

    private NetworkBuilder Append(Layer layer)
    {
        _layers.Add(layer);
        _names.Add(layer.Name);
        Current = layer.Name;
        return this;
    }

    private string NextName(string kind)
    {
        string name;
        do
        {
            _numbers[kind] = _numbers.GetValueOrDefault(kind) + 1;
            name = kind + _numbers[kind].ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        while (_names.Contains(name));
        return name;
    }
}
