using SkiaSharp;

namespace Microsoft.ML.Snip.Tests.Images.DataSets;

/// <summary>A temporary folder that tests fill with small data sets.</summary>
internal sealed class DataFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);

    public string Write(string name, byte[] content)
    {
        string path = PathOf(name);
        File.WriteAllBytes(path, content);
        return path;
    }

    public string WriteLines(string name, params string[] lines)
    {
        string path = PathOf(name);
        File.WriteAllLines(path, lines);
        return path;
    }

    /// <summary>Writes an image of one colour (0xRRGGBB); the extension of the name is its format.</summary>
    public string WriteImage(string name, int colour, int side = 2)
    {
        using var bitmap = new SKBitmap(side, side);
        bitmap.Erase(new SKColor((uint)colour | 0xFF000000));
        bool png = name.EndsWith(".png", StringComparison.OrdinalIgnoreCase);
        using SKData data = bitmap.Encode(png ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg, 100);
        return Write(name, data.ToArray());
    }

    private string PathOf(string name)
    {
        string path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }
}
