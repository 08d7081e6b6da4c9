using System.Text.Json.Serialization;

namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>The functions of an <see cref="Activation"/>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ActivationFunction>))]
public enum ActivationFunction
{
    /// <summary>x if x is positive, otherwise slope * x.</summary>
    LeakyReLU,

    /// <summary>min(max(x, 0), 6).</summary>
    ReLU6,

    /// <summary>x * sigmoid(x), also called swish.</summary>
    SiLU,

    /// <summary>x * min(max(x + 3, 0), 6) / 6.</summary>
    Hardswish,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>x * (1 + erf(x / sqrt 2)) / 2, the exact form.</summary>
    GELU,
}

/// <summary>An activation function, applied to each value. For max(x, 0) use <see cref="ReLU"/>.</summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Input">The layer whose output it takes, of any shape.</param>
/// <param name="Function">The function.</param>
/// <param name="Slope">
/// The slope of <see cref="ActivationFunction.LeakyReLU"/> below 0, a finite number; not used by the other functions.
/// </param>
public sealed record Activation(string Name, string Input, ActivationFunction Function, double Slope = 0.01) : SingleInputLayer(Name, Input)
{
    /// <summary>The approximate number of operations for an exponential.</summary>
    private const double OperationsOfExponential = 15;

    internal override TResult Accept<TResult>(ILayerVisitor<TResult> visitor) => visitor.Visit(this);

    /// <summary>The function's value, in double precision.</summary>
    internal double Apply(double x) => Function switch
    {
        ActivationFunction.LeakyReLU => x > 0 ? x : Slope * x,
        ActivationFunction.ReLU6 => Math.Clamp(x, 0, 6),
        ActivationFunction.SiLU => x / (1 + Math.Exp(-x)),
        ActivationFunction.Hardswish => x * Math.Clamp(x + 3, 0, 6) / 6,
        ActivationFunction.Sigmoid => 1 / (1 + Math.Exp(-x)),
        ActivationFunction.Tanh => Math.Tanh(x),
        ActivationFunction.GELU => x * (1 + ErrorFunction.Of(x / Math.Sqrt(2))) / 2,
        _ => throw Mistake($"has an unknown activation function: {Function}"),
    };

    private protected override TensorShape InferShape(TensorShape input)
    {
        Require(Enum.IsDefined(Function), $"has an unknown activation function: {Function}");
        Require(double.IsFinite(Slope), FormattableString.Invariant($"needs a finite slope, not {Slope}"));
        return input;
    }

    private protected override IEnumerable<NetworkParameter> GetParameters(TensorShape input) => [];

    private protected override double CountOperations(TensorShape input) => OperationsOfExponential * input.Count;

    private protected override ChannelRule GetChannelRule(TensorShape input) => new SeparateChannels(this, 1, Apply);
}
