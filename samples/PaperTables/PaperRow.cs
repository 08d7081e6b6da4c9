using Microsoft.ML.Snip;

namespace PaperTables;

/// <summary>
/// One row of the tables in the SNIP paper (Lee, Ajanthan, Torr, ICLR 2019): LeNet, LSTM and GRU on MNIST, the others on CIFAR-10. Errors
/// are on the test set, in percent, with the paper's own training, which is far longer than what a time budget here allows. Rows of
/// networks that the paper does not have follow, without figures of its.
/// </summary>
/// <remarks>
/// The LeNets' pruned errors were compared with another publication's list of them. The other errors are quoted from memory of the paper,
/// and agree with its numbers of kept connections; compare them with the paper before building on them.
/// </remarks>
/// <param name="Network">The library's network.</param>
/// <param name="Data">What the paper measured on.</param>
/// <param name="Parameters">All parameters, as the paper rounds them.</param>
/// <param name="Sparsity">The share that is cut.</param>
/// <param name="Kept">The kept parameters, as the paper rounds them.</param>
/// <param name="DenseError">The unpruned network's error in percent; null if it is not in the paper.</param>
/// <param name="PrunedError">The pruned network's error in percent; null if it is not in the paper.</param>
internal sealed record PaperRow(
    NetworkArchitecture Network, string Data, string Parameters, double Sparsity, string Kept, double? DenseError, double? PrunedError)
{
    private const string Mnist = "MNIST", Cifar10 = "CIFAR-10", NotInPaper = "-";

    /// <summary>All rows, in the paper's order.</summary>
    public static PaperRow[] All { get; } =
    [
        new(NetworkArchitecture.LeNet300, Mnist, "267k", 0.95, "13.3k", 1.7, 1.6),
        new(NetworkArchitecture.LeNet300, Mnist, "267k", 0.98, "5.3k", 1.7, 2.4),
        new(NetworkArchitecture.LeNet5, Mnist, "431k", 0.98, "8.6k", 0.9, 0.8),
        new(NetworkArchitecture.LeNet5, Mnist, "431k", 0.99, "4.3k", 0.9, 1.1),
        new(NetworkArchitecture.AlexNetS, Cifar10, "5.1m", 0.90, "507k", 14.12, 14.99),
        new(NetworkArchitecture.AlexNetB, Cifar10, "8.5m", 0.90, "849k", 13.92, 14.50),
        new(NetworkArchitecture.VggC, Cifar10, "10.5m", 0.95, "526k", 6.82, 7.27),
        new(NetworkArchitecture.VggD, Cifar10, "15.2m", 0.95, "762k", 6.76, 7.09),
        new(NetworkArchitecture.VggLike, Cifar10, "15.0m", 0.97, "449k", 8.26, 8.00),
        new(NetworkArchitecture.Wrn16x8, Cifar10, "10.0m", 0.95, "548k", 6.21, 6.63),
        new(NetworkArchitecture.Wrn16x10, Cifar10, "17.1m", 0.95, "856k", 5.91, 6.43),
        new(NetworkArchitecture.Wrn22x8, Cifar10, "17.2m", 0.95, "858k", 6.14, 5.85),
        new(NetworkArchitecture.LstmS, Mnist, "137k", 0.95, "6.8k", 1.88, 1.57),
        new(NetworkArchitecture.LstmB, Mnist, "535k", 0.95, "26.8k", 1.15, 1.35),
        new(NetworkArchitecture.GruS, Mnist, "104k", 0.95, "5.2k", 1.87, 2.41),
        new(NetworkArchitecture.GruB, Mnist, "404k", 0.95, "20.2k", 1.71, 1.52),
        new(NetworkArchitecture.SmallCnn, NotInPaper, NotInPaper, 0.95, NotInPaper, null, null),
        new(NetworkArchitecture.SmallCnn, NotInPaper, NotInPaper, 0.98, NotInPaper, null, null),
        new(NetworkArchitecture.ResNet20, NotInPaper, NotInPaper, 0.95, NotInPaper, null, null),
        new(NetworkArchitecture.MobileNetV2S, NotInPaper, NotInPaper, 0.90, NotInPaper, null, null),
    ];
}
