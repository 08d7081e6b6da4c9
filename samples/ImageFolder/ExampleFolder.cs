using Microsoft.ML;
using Microsoft.ML.Data;

namespace ImageFolder;

/// <summary>Writes some of the shipped pictures as PNG files, a subfolder a class.</summary>
internal static class ExampleFolder
{
    public static string Write(MLContext mlContext, int pictures)
    {
        string shipped = Path.Combine(AppContext.BaseDirectory, "fashion-mnist"), folder = Path.Combine(AppContext.BaseDirectory, "pictures");
        IDataView data = mlContext.Snip().LoadIdx(Path.Combine(shipped, "t10k-images-idx3-ubyte.gz"), Path.Combine(shipped, "t10k-labels-idx1-ubyte.gz"));
        int number = 0;
        foreach (Picture picture in mlContext.Data.CreateEnumerable<Picture>(mlContext.Data.TakeRows(data, pictures), reuseRowObject: false))
        {
            string classFolder = Path.Combine(folder, picture.Label);
            Directory.CreateDirectory(classFolder);
            picture.Image.Save(Path.Combine(classFolder, $"{number++:D5}.png"));
            picture.Image.Dispose();
        }

        return folder;
    }

    private sealed class Picture
    {
        [Microsoft.ML.Transforms.Image.ImageType(28, 28)]
        public MLImage Image { get; set; } = null!;

        public string Label { get; set; } = string.Empty;
    }
}
