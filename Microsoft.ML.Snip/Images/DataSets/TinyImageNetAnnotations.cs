namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>Reads the held-out images of Tiny ImageNet and the file with their classes.</summary>
internal static class TinyImageNetAnnotations
{
    /// <summary>
    /// Reads lines with an image's file name, the id of its class, and the corners of a box (not used), separated by tabs.
    /// </summary>
    /// <param name="folder">The folder val.</param>
    /// <param name="names">The names of the classes by id.</param>
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
                throw new FormatException(
                    $"'{annotations}', line {number}: found '{line}', expected an image's file name, a tab and a class.");
            }

            if (!names.TryGetValue(id, out string? name))
            {
                throw new FormatException(
                    $"'{annotations}', line {number}: found class '{id}', expected one of the {names.Count} in wnids.txt.");
            }

            if (!seen.Add(file))
            {
                throw new FormatException(
                    $"'{annotations}', line {number}: found image '{file}' for the second time, with class '{id}'; expected it once.");
            }

            string path = Path.Combine(images, file);
            files.Add(present.Contains(path)
                ? new ImageFile(path, name)
                : throw new FileNotFoundException($"'{annotations}', line {number}: there is no image '{path}'.", path));
        }

        return files.Count > 0 ? files : throw new FormatException($"'{annotations}' is empty; expected a line for each image.");
    }
}
