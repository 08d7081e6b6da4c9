using Microsoft.ML;

namespace QuickStart;

/// <summary>The images: the shipped 10,000 split 8,000 / 2,000, or the full set from a folder.</summary>
internal static class FashionMnist
{
    private static readonly string[] ClassNames =
        ["T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    public static (IDataView Training, IDataView Test) Load(MLContext mlContext, string? folder)
    {
        if (folder is not null)
        {
            return (Read(mlContext, folder, "train"), Read(mlContext, folder, "t10k"));
        }

        IDataView shipped = Read(mlContext, Path.Combine(AppContext.BaseDirectory, "fashion-mnist"), "t10k");
        return (mlContext.Data.TakeRows(shipped, 8000), mlContext.Data.SkipRows(shipped, 8000));
    }

    private static IDataView Read(MLContext mlContext, string folder, string part) => mlContext.Snip().LoadIdx(
        Path.Combine(folder, $"{part}-images-idx3-ubyte.gz"), Path.Combine(folder, $"{part}-labels-idx1-ubyte.gz"), ClassNames);
}
