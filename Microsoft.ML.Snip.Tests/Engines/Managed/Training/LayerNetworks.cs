using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Tests.Engines.Managed.Training;

/// <summary>Small networks, each with layers of one kind, in which every layer has gradients.</summary>
internal static class LayerNetworks
{
    /// <summary>Layers that give a map.</summary>
    private static readonly Dictionary<string, Func<NetworkBuilder, NetworkBuilder>> s_maps = new()
    {
        ["convolution"] = map => map.Conv2d(7, kernel: 3, padding: 1),
        ["convolution with ReLU"] = map => map.Conv2d(7, kernel: 3, padding: 1).ReLU().Conv2d(5, 3).ReLU(),
        ["convolution without bias"] = map => map.Conv2d(9, kernel: 5, bias: false),
        ["convolution of 1x1"] = map => map.Conv2d(9, kernel: 1),
        ["convolution with stride 2"] = map => map.Conv2d(6, kernel: 3, stride: 2, padding: 1),
        ["convolution with stride 2, 1x1"] = map => map.Conv2d(6, kernel: 1, stride: 2),
        ["convolution with stride 3, 2x2"] = map => map.Conv2d(6, kernel: 2, stride: 3),
        ["convolution with stride 2, 5x5"] = map => map.Conv2d(4, kernel: 5, stride: 2, padding: 3),
        ["convolution with a wide padding"] = map => map.Conv2d(3, kernel: 2, padding: 4),
        ["convolution with uneven padding"] = map => map.Conv2d(5, 3, 2, new Padding(2, 0, 1, 3)),
        ["convolution in groups"] = map => map.Conv2d(6, kernel: 3, padding: 1, groups: 2),
        ["convolution with dilation"] = map => map.Conv2d(6, kernel: 3, stride: 2, padding: 2, dilation: 2),
        ["batch norm"] = map => map.Conv2d(5, kernel: 3, bias: false).BatchNorm(),
        ["batch norm with ReLU"] = map =>
            map.Conv2d(5, kernel: 3, bias: false).BatchNorm().ReLU().Conv2d(4, 3, bias: false).BatchNorm().ReLU(),
        ["max pooling"] = map => map.MaxPool(2),
        ["max pooling in pairs"] = map => map.Conv2d(5, kernel: 2).MaxPool(2),
        ["max pooling in pairs behind a ReLU"] = map => map.Conv2d(5, kernel: 2).ReLU().MaxPool(2),
        ["max pooling with overlap"] = map => map.MaxPool(3, stride: 2, padding: 1),
        ["max pooling with gaps"] = map => map.MaxPool(2, stride: 3),
        ["max pooling with ceiling"] = map => map.MaxPool(3, stride: 2, ceilMode: true),
        ["average pooling"] = map => map.AvgPool(2, stride: 1),
        ["average pooling with stride"] = map => map.AvgPool(2, stride: 2),
        ["ReLU behind a pooling"] = map => map.MaxPool(2).ReLU(),
        ["LeakyReLU"] = map => map.LeakyReLU(0.3),
        ["ReLU6"] = map => map.Conv2d(5, 3).ReLU6(),
        ["SiLU"] = map => map.SiLU(),
        ["Hardswish"] = map => map.Hardswish(),
        ["Sigmoid"] = map => map.Sigmoid(),
        ["Tanh"] = map => map.Tanh(),
        ["GELU"] = map => map.GELU(),
        ["residual connection"] = map => Residual(map),
        ["residual connection with batch norm"] = map =>
        {
            string shortcut = map.BatchNorm().ReLU().Current;
            return map.Conv2d(4, 3, padding: 1, bias: false).BatchNorm().ReLU().Conv2d(4, 3, padding: 1).Add(shortcut).ReLU();
        },
        ["sum of a layer with itself"] = map => map.Add(map.Current),
        ["three readers"] = map =>
        {
            string first = map.Current, second = map.Tanh().Current, third = map.From(first).Sigmoid().Current;
            return map.From(first).MaxPool(3, stride: 1, padding: 1).Add(second).Add(third).Add(first);
        },
    };

    /// <summary>Layers that give a vector.</summary>
    private static readonly Dictionary<string, Func<NetworkBuilder, NetworkBuilder>> s_vectors = new()
    {
        ["linear"] = map => map.Flatten().Linear(40).ReLU().Linear(30, bias: false),
        ["batch norm of a vector"] = map => map.Flatten().Linear(20, bias: false).BatchNorm().ReLU().Linear(9, bias: false).BatchNorm(),
        ["global average pooling"] = map => map.GlobalAveragePool(),
        ["LSTM"] = map => map.RowsAsSequence().Linear(12).Lstm(11).LastStep(),
        ["GRU"] = map => map.RowsAsSequence().Linear(12).ReLU().Gru(11).LastStep(),
        ["LSTM over all steps"] = map => map.RowsAsSequence().Lstm(6).Lstm(5).LastStep(),
        ["GRU over all steps"] = map => map.RowsAsSequence().Gru(6).Gru(5).LastStep(),
    };

    public static IEnumerable<string> Names => s_maps.Keys.Concat(s_vectors.Keys);

    /// <summary>A convolution, the layers, and a fully connected layer.</summary>
    public static NetworkDefinition Build(string name)
    {
        NetworkBuilder builder = NetworkDefinition.Build("layers", new ImageShape(2, 9, 11)).Conv2d(4, kernel: 3, padding: 1, bias: false);
        builder = s_maps.TryGetValue(name, out Func<NetworkBuilder, NetworkBuilder>? layers)
            ? layers(builder).Flatten()
            : s_vectors[name](builder);
        return builder.Linear(6).ToDefinition();
    }

    private static NetworkBuilder Residual(NetworkBuilder map)
    {
        string shortcut = map.Current;
        return map.Conv2d(4, 3, padding: 1).ReLU().Conv2d(4, 3, padding: 1).Add(shortcut).ReLU();
    }
}
