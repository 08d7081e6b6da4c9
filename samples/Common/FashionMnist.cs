using Microsoft.ML;
using Microsoft.ML.Snip;

namespace Samples.Common;

/// <summary>Fashion-MNIST: the test images, which are shipped beside the program, or the full set from a folder.</summary>
public static class FashionMnist
{
    /// <summary>The height and the width of an image, in pixels.</summary>
    public const int Side = 28;

    private const int ShippedTraining = 8000;

    /// <summary>The classes in the order of their numbers.</summary>
    public static string[] ClassNames { get; } =
        ["T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>The full set from a folder; without one, the shipped 10,000 images split 8,000 / 2,000.</summary>
    public static (IDataView Training, IDataView Test) Load(MLContext mlContext, string? folder)
    {
        if (folder is not null)
        {
            return (LoadPart(mlContext, folder, DatasetPart.Training), LoadPart(mlContext, folder, DatasetPart.Test));
        }

        IDataView shipped = LoadShipped(mlContext, ClassNames);
        return (mlContext.Data.TakeRows(shipped, ShippedTraining), mlContext.Data.SkipRows(shipped, ShippedTraining));
    }

    /// <summary>The training or the test images from a folder.</summary>
    public static IDataView LoadPart(MLContext mlContext, string folder, DatasetPart part) =>
        Read(mlContext, folder, part == DatasetPart.Training ? "train" : "t10k", ClassNames);

    /// <summary>All shipped images; without class names, their labels are the classes' numbers.</summary>
    public static IDataView LoadShipped(MLContext mlContext, string[]? classNames) =>
        Read(mlContext, Path.Combine(AppContext.BaseDirectory, "fashion-mnist"), "t10k", classNames);

    private static IDataView Read(MLContext mlContext, string folder, string prefix, string[]? classNames) => mlContext.Snip().LoadIdx(
        Path.Combine(folder, $"{prefix}-images-idx3-ubyte.gz"), Path.Combine(folder, $"{prefix}-labels-idx1-ubyte.gz"), classNames);
}
