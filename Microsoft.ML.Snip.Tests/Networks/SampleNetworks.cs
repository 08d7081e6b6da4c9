using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Tests.Networks;

/// <summary>Small networks that between them have every kind of layer.</summary>
internal static class SampleNetworks
{
    public static readonly ImageShape Shape = new(2, 8, 8);

    public static NetworkDefinition Residual()
    {
        NetworkBuilder network = NetworkDefinition.Build("residual", Shape)
            .Conv2d(4, kernel: 3, padding: 1, bias: false)
            .BatchNorm(1e-4)
            .ReLU();
        string start = network.Current;
        return network.Conv2d(4, kernel: 3, stride: 1, new Padding(Top: 2, Bottom: 0, Left: 0, Right: 2)).BatchNorm().Add(start)
            .MaxPool(3, stride: 2, padding: 1).AvgPool(2).Dropout(0.25).GlobalAveragePool().Linear(3).ToDefinition();
    }

    public static NetworkDefinition Recurrent() => NetworkDefinition.Build("recurrent", Shape)
        .RowsAsSequence().Linear(5).Lstm(6).Gru(4).LastStep().BatchNorm().Linear(3, bias: false).ToDefinition();

    public static NetworkDefinition Convolutional() => NetworkDefinition.Build("convolutional", Shape)
        .Conv2d(3, kernel: 3, stride: 2, new Padding(Top: 0, Bottom: 1, Left: 0, Right: 1)).ReLU().Flatten().Linear(3).ToDefinition();

    /// <summary>An inverted residual block with squeeze and excite, two branches put together, and every activation function.</summary>
    public static NetworkDefinition Mobile()
    {
        NetworkBuilder network = NetworkDefinition.Build("mobile", Shape)
            .Conv2d(6, kernel: 3, padding: 2, dilation: 2).Hardswish().Conv2d(6, kernel: 3, padding: 1, bias: false, groups: 6).ReLU6();
        string map = network.Current;
        string gate = network.GlobalAveragePool().Linear(3).SiLU().Linear(6).Sigmoid().Current;
        string gated = network.From(map).Multiply(gate).Dropout2d(0.2).Current;
        string branch = network.From(map)
            .Conv2d(4, kernel: 3, stride: 1, new Padding(Top: 0, Bottom: 2, Left: 1, Right: 1), groups: 2)
            .Tanh()
            .Current;
        return network.From(gated).Concat(branch, map).MaxPool(3, stride: 2, ceilMode: true).GELU().Multiply(network.Current)
            .Flatten().Linear(8).LeakyReLU(0.2).Linear(3).ToDefinition();
    }

    /// <summary>Norms of each example by itself.</summary>
    public static NetworkDefinition Normalized() => NetworkDefinition.Build("normalized", Shape)
        .Conv2d(6, kernel: 3, padding: 1, bias: false)
            .GroupNorm(3)
            .ReLU()
            .MaxPool(2)
            .Conv2d(4, kernel: 3)
            .GroupNorm(1, epsilon: 1e-3)
            .ReLU()
        .Flatten().Linear(9).LayerNorm().Linear(3).ToDefinition();

    public static NetworkDefinition NormalizedSequence() => NetworkDefinition.Build("normalizedSequence", Shape)
        .RowsAsSequence().LayerNorm(1e-4).Gru(5).LayerNorm().LastStep().Linear(3).ToDefinition();

    public static IEnumerable<object[]> All =>
        [[Residual()], [Recurrent()], [Convolutional()], [Mobile()], [Normalized()], [NormalizedSequence()]];
}
