using Microsoft.ML;
using Microsoft.ML.Data;

namespace ImageFolder;

/// <summary>Writes some of the shipped images as PNG files, a subfolder a class.</summary>
internal static class ExampleFolder
{
    public static string Write(MLContext mlContext, int images)
    {
        string shipped = Path.Combine(AppContext.BaseDirectory, "fashion-mnist"), folder = Path.Combine(AppContext.BaseDirectory, "images");
        IDataView data = mlContext.Snip().LoadIdx(
            Path.Combine(shipped, "t10k-images-idx3-ubyte.gz"), Path.Combine(shipped, "t10k-labels-idx1-ubyte.gz"));
        int number = 0;
        foreach (ImageRow image in mlContext.Data.CreateEnumerable<ImageRow>(mlContext.Data.TakeRows(data, images), reuseRowObject: false))
        {
            string classFolder = Path.Combine(folder, image.Label);
            Directory.CreateDirectory(classFolder);
            image.Image.Save(Path.Combine(classFolder, $"{number++:D5}.png"));
            image.Image.Dispose();
        }

        return folder;
    }

    private sealed class ImageRow
    {
        [Microsoft.ML.Transforms.Image.ImageType(28, 28)]
        public MLImage Image { get; set; } = null!;

        public string Label { get; set; } = string.Empty;
    }
}
