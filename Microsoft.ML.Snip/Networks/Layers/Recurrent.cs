namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>Reads an image row by row as a sequence: step t is row t, its features are the row's pixels, channel after channel.</summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Input">The layer whose output it takes: a map.</param>
public sealed record RowsAsSequence(string Name, string Input) : SingleInputLayer(Name, Input)
{
    internal override TResult Accept<TResult>(ILayerVisitor<TResult> visitor) => visitor.Visit(this);

    private protected override TensorShape InferShape(TensorShape input)
    {
        RequireKind(input, TensorKind.Map);
        return TensorShape.Sequence(input.Height, checked(input.Channels * input.Width));
    }

    private protected override IEnumerable<NetworkParameter> GetParameters(TensorShape input) => [];

    private protected override double CountOperations(TensorShape input) => CountNumbers(input);

    private protected override ChannelRule GetChannelRule(TensorShape input) =>
        new SeparateChannels(this, input.Width, constant => constant);
}

/// <summary>
/// A layer of long short-term memory cells over a sequence, with an initial state of zeros, as in TorchSharp (gates in the order input,
/// forget, cell, output; two biases): c' = sigmoid(f) c + sigmoid(i) tanh(g), h' = sigmoid(o) tanh(c').
/// </summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Input">The layer whose output it takes: a sequence.</param>
/// <param name="Units">The number of cells.</param>
public sealed record Lstm(string Name, string Input, int Units) : RecurrentLayer(Name, Input, Units)
{
    internal override TResult Accept<TResult>(ILayerVisitor<TResult> visitor) => visitor.Visit(this);

    internal override int Gates => 4;
}

/// <summary>
/// A layer of gated recurrent units over a sequence, with an initial state of zeros, as in TorchSharp (gates in the order reset, update,
/// new; two biases): n = tanh(W_in x + b_in + r (W_hn h + b_hn)), h' = (1 - z) n + z h.
/// </summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Input">The layer whose output it takes: a sequence.</param>
/// <param name="Units">The number of units.</param>
public sealed record Gru(string Name, string Input, int Units) : RecurrentLayer(Name, Input, Units)
{
    internal override TResult Accept<TResult>(ILayerVisitor<TResult> visitor) => visitor.Visit(this);

    internal override int Gates => 3;
}

/// <summary>
/// The base of recurrent layers: one weight matrix for the input and one for the previous state, with the rows of all gates one below the
/// other.
/// </summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Input">The layer whose output it takes: a sequence.</param>
/// <param name="Units">The number of units of the state.</param>
public abstract record RecurrentLayer(string Name, string Input, int Units) : SingleInputLayer(Name, Input)
{
    /// <summary>The number of operations for one gate of one unit at one step, without its products: exponentials and divisions.</summary>
    private const double OperationsOfGate = 20;

    internal abstract int Gates { get; }

    private protected override TensorShape InferShape(TensorShape input)
    {
        RequireKind(input, TensorKind.Sequence);
        int max = int.MaxValue / Gates;
        Require(Units > 0 && Units <= max, $"needs 1 to {max} units, not {Units}");
        return TensorShape.Sequence(input.Height, Units);
    }

    private protected override IEnumerable<NetworkParameter> GetParameters(TensorShape input)
    {
        int rows = Gates * Units;
        yield return Weight("weight_ih_l0", input.Height, rows, input.Channels);
        yield return Weight("weight_hh_l0", input.Height, rows, Units);
        yield return Vector("bias_ih_l0", ParameterRole.Bias, rows, input.Height);
        yield return Vector("bias_hh_l0", ParameterRole.Bias, rows, input.Height);
    }

    private protected override double CountOperations(TensorShape input) => OperationsOfGate * Gates * InferShape(input).Count;

    private protected override ChannelRule GetChannelRule(TensorShape input) => new RecurrentChannels(this);
}

/// <summary>Takes the last step of a sequence, as a vector.</summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Input">The layer whose output it takes: a sequence.</param>
public sealed record LastStep(string Name, string Input) : SingleInputLayer(Name, Input)
{
    internal override TResult Accept<TResult>(ILayerVisitor<TResult> visitor) => visitor.Visit(this);

    private protected override TensorShape InferShape(TensorShape input)
    {
        RequireKind(input, TensorKind.Sequence);
        return TensorShape.Vector(input.Channels);
    }

    private protected override IEnumerable<NetworkParameter> GetParameters(TensorShape input) => [];

    private protected override double CountOperations(TensorShape input) => CountNumbers(input);

    private protected override ChannelRule GetChannelRule(TensorShape input) => new SeparateChannels(this, 1, constant => constant);
}
