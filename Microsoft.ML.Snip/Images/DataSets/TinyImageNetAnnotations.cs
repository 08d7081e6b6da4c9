namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>The held-out images of Tiny ImageNet and the file that says of which class each is.</summary>
internal static class TinyImageNetAnnotations
{
    /// <summary>
    /// Reads lines of an image's name and its class's id, then the corners of a box that are not used, tabs between them.
    /// </summary>
    /// <param name="folder">The folder val.</param>
    /// <param name="names">The classes' names by their ids.</param>
    public static List<ImageFile> Read(string folder, Dictionary<string, string> names)
    {
        string annotations = Path.Combine(folder, "val_annotations.txt"), images = Path.Combine(folder, "images");
        if (!File.Exists(annotations))
        {
            throw new FileNotFoundException(
                $"There is no file '{annotations}'; it gives the classes of the images in '{images}'.", annotations);
        }

        var present = Folders.Images(images).ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var files = new List<ImageFile>();
        int number = 0;
        foreach (string line in File.ReadLines(annotations))
        {
            number++;
            if (line.Split('\t') is not [string file, string id, ..])
            {
                throw new FormatException($"'{annotations}', line {number}: found '{line}', expected an image's name, a tab and a class.");
            }

            if (!names.TryGetValue(id, out string? name))
            {
                throw new FormatException(
                    $"'{annotations}', line {number}: found class '{id}', expected one of the {names.Count} in wnids.txt.");
            }

            if (!seen.Add(file))
            {
                throw new FormatException(
                    $"'{annotations}', line {number}: found image '{file}' a second time, of class '{id}'; expected each image once.");
            }

            string path = Path.Combine(images, file);
            files.Add(present.Contains(path)
                ? new ImageFile(path, name)
                : throw new FileNotFoundException($"'{annotations}', line {number}: there is no image '{path}'.", path));
        }

        return files.Count > 0 ? files : throw new FormatException($"'{annotations}' is empty; expected a line for each image.");
    }
}
