namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>Rectifier: y = max(x, 0), element by element.</summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Input">The layer whose output it takes, of any shape.</param>
public sealed record ReLU(string Name, string Input) : SingleInputLayer(Name, Input)
{
    private protected override TensorShape InferShape(TensorShape input) => input;
}
