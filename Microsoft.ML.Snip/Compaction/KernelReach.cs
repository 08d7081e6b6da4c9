using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Compaction;

/// <summary>What a position of a kernel reads while the kernel slides over the input.</summary>
internal enum Reach
{
    /// <summary>Always a value of the input.</summary>
    Input,

    /// <summary>A value of the input or padding, depending on the position of the kernel.</summary>
    Both,

    /// <summary>Always padding, which is zero: a weight here has no effect.</summary>
    Padding,
}

/// <summary>The columns of a weight matrix: which input channel each reads, and whether it reads input, padding or both.</summary>
internal sealed class KernelReach
{
    private readonly Reach[] _reach;

    private KernelReach(Reach[] reach) => _reach = reach;

    /// <summary>The number of columns that read the same input channel.</summary>
    public int Size => _reach.Length;

    /// <summary>One column for each input channel: a fully connected layer, or either weight matrix of a recurrent layer.</summary>
    public static KernelReach Single { get; } = new([Reach.Input]);

    public static KernelReach Of(WeightedChannels rule, NetworkDefinition definition) =>
        rule.Window is { } conv ? Of(conv, definition.ShapeOf(conv.Input), definition.ShapeOf(conv.Name)) : Single;

    public int ChannelOf(int column) => column / _reach.Length;

    public Reach ReachOf(int column) => _reach[column % _reach.Length];

    private static KernelReach Of(Conv2d conv, TensorShape input, TensorShape output)
    {
        var reach = new Reach[conv.KernelHeight * conv.KernelWidth];
        for (int index = 0; index < reach.Length; index++)
        {
            Reach vertical = Along(index / conv.KernelWidth, conv.Stride, conv.Padding.Top, input.Height, output.Height);
            Reach horizontal = Along(index % conv.KernelWidth, conv.Stride, conv.Padding.Left, input.Width, output.Width);
            reach[index] = vertical > horizontal ? vertical : horizontal;
        }

        return new KernelReach(reach);
    }

    /// <summary>Checks the rows (or columns) offset + i * stride - before, for all output positions i, against the input's size.</summary>
    private static Reach Along(int offset, int stride, int before, int inputSize, int outputSize)
    {
        int inside = Enumerable.Range(0, outputSize).Count(position => (uint)(offset + (position * stride) - before) < (uint)inputSize);
        return inside == outputSize ? Reach.Input : inside == 0 ? Reach.Padding : Reach.Both;
    }
}
