namespace Microsoft.ML.Snip;

/// <summary>The shape of a network's input images, channels first, as in TorchSharp.</summary>
/// <param name="Channels">1 for grey images, 3 for red, green and blue.</param>
/// <param name="Height">The height in pixels.</param>
/// <param name="Width">The width in pixels.</param>
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    /// <summary>The number of values in one image: channels x height x width.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Count => checked(Channels * Height * Width);

    /// <summary>The shape as text, for example <c>1x28x28</c>.</summary>
    public override string ToString() => $"{Channels}x{Height}x{Width}";
}
