namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>The kind of the activations between two layers.</summary>
public enum TensorKind
{
    /// <summary>Feature maps: channels x height x width.</summary>
    Map,

    /// <summary>A plain vector.</summary>
    Vector,

    /// <summary>A sequence of vectors: steps x features.</summary>
    Sequence,
}

/// <summary>The shape of one example's activations between two layers; the batch is not part of it.</summary>
public readonly record struct TensorShape
{
    private TensorShape(TensorKind kind, int channels, int height, int width)
    {
        Kind = kind;
        Channels = channels;
        Height = height;
        Width = width;
    }

    /// <summary>The kind of the activations.</summary>
    public TensorKind Kind { get; }

    /// <summary>The channels of a map; the length of a vector; the features of one step of a sequence.</summary>
    public int Channels { get; }

    /// <summary>The height of a map; the steps of a sequence; 1 for a vector.</summary>
    public int Height { get; }

    /// <summary>The width of a map; 1 otherwise.</summary>
    public int Width { get; }

    /// <summary>The number of values for one example.</summary>
    public long Count => (long)Channels * Height * Width;

    /// <summary>Feature maps of the given size.</summary>
    public static TensorShape Map(int channels, int height, int width) => new(TensorKind.Map, channels, height, width);

    /// <summary>A vector of the given length.</summary>
    public static TensorShape Vector(int length) => new(TensorKind.Vector, length, 1, 1);

    /// <summary>A sequence of the given number of steps, each a vector of the given length.</summary>
    public static TensorShape Sequence(int steps, int features) => new(TensorKind.Sequence, features, steps, 1);

    /// <summary>The shape as text, for example <c>map 20x24x24</c>.</summary>
    public override string ToString() => Kind switch
    {
        TensorKind.Map => $"map {Channels}x{Height}x{Width}",
        TensorKind.Vector => $"vector {Channels}",
        _ => $"sequence of {Height} x {Channels}",
    };
}
