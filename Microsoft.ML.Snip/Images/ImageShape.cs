namespace Microsoft.ML.Snip;

/// <summary>The shape of the images a network takes: channels first, as in TorchSharp.</summary>
/// <param name="Channels">1 for grey images, 3 for red, green and blue.</param>
/// <param name="Height">Rows of pixels.</param>
/// <param name="Width">Pixels in a row.</param>
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    /// <summary>Channels x height x width: how many numbers one image has.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Count => checked(Channels * Height * Width);

    /// <summary>The shape as people write it, for example <c>1x28x28</c>.</summary>
    public override string ToString() => $"{Channels}x{Height}x{Width}";
}
