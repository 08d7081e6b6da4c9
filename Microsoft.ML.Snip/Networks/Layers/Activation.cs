using System.Text.Json.Serialization;

namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>Functions of one number that an <see cref="Activation"/> applies to each.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ActivationFunction>))]
public enum ActivationFunction
{
    /// <summary>x where it is positive, slope * x elsewhere.</summary>
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

/// <summary>A function of one number, applied to each. For the rectifier max(x, 0) there is <see cref="ReLU"/>.</summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Input">The layer whose output it takes, of any shape.</param>
/// <param name="Function">The function.</param>
/// <param name="Slope">
/// The slope of <see cref="ActivationFunction.LeakyReLU"/> below 0, a finite number; of no meaning for the others.
/// </param>
public sealed record Activation(string Name, string Input, ActivationFunction Function, double Slope = 0.01) : SingleInputLayer(Name, Input)
{
    /// <summary>About how many operations an exponential takes.</summary>
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
        _ => throw Mistake($"applies no function that is known: {Function}"),
    };

    private protected override TensorShape InferShape(TensorShape input)
    {
        Require(Enum.IsDefined(Function), $"applies no function that is known: {Function}");
        Require(double.IsFinite(Slope), FormattableString.Invariant($"needs a finite slope, not {Slope}"));
        return input;
    }

    private protected override IEnumerable<NetworkParameter> GetParameters(TensorShape input) => [];

    private protected override double CountOperations(TensorShape input) => OperationsOfExponential * input.Count;

    private protected override ChannelRule GetChannelRule(TensorShape input) => new SeparateChannels(this, 1, Apply);
}
