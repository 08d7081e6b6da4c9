using Microsoft.ML;
using Samples.Common;

namespace ImageFolder;

/// <summary>Writes some of the shipped images as PNG files, a subfolder a class.</summary>
internal static class ExampleFolder
{
    public static string Write(MLContext mlContext, int images)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "images");
        IDataView rows = mlContext.Data.TakeRows(FashionMnist.LoadShipped(mlContext, classNames: null), images);
        int number = 0;
        foreach (FashionMnistImage image in mlContext.Data.CreateEnumerable<FashionMnistImage>(rows, reuseRowObject: false))
        {
            string classFolder = Path.Combine(folder, image.Label);
            Directory.CreateDirectory(classFolder);
            image.Image.Save(Path.Combine(classFolder, $"{number++:D5}.png"));
            image.Image.Dispose();
        }

        return folder;
    }
}
