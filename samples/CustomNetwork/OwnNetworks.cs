using Microsoft.ML.Snip;
using Microsoft.ML.Snip.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CustomNetwork;

/// <summary>Two networks that are not built in.</summary>
internal static class OwnNetworks
{
    /// <summary>A residual network, layer by layer: each block adds what it computed to what it was given.</summary>
    public static NetworkDefinition Residual(ImageShape shape, int classCount)
    {
        NetworkBuilder network = NetworkDefinition.Build("residual", shape)
            .Conv2d(16, kernel: 3, stride: 2, padding: 1, bias: false)
            .BatchNorm()
            .ReLU();
        for (int block = 0; block < 2; block++)
        {
            string shortcut = network.Current;
            network.Conv2d(16, kernel: 3, padding: 1, bias: false).BatchNorm().ReLU()
                .Conv2d(16, kernel: 3, padding: 1, bias: false).BatchNorm().Add(shortcut).ReLU();
        }

        return network.MaxPool(2).Flatten().Linear(classCount).ToDefinition();
    }

    /// <summary>A TorchSharp module as it may be in a program already.</summary>
    public static Sequential Module(int classCount) => nn.Sequential(
        ("features", nn.Sequential(
            ("conv1", nn.Conv2d(1, 16, 5, padding: 2)), ("relu1", nn.ReLU()), ("pool1", nn.MaxPool2d(2)),
            ("conv2", nn.Conv2d(16, 32, 5, padding: 2)), ("relu2", nn.ReLU()), ("pool2", nn.MaxPool2d(2)))),
        ("flatten", nn.Flatten()),
        ("dropout", nn.Dropout(0.2)),
        ("classifier", nn.Linear(32 * 7 * 7, classCount)));
}
