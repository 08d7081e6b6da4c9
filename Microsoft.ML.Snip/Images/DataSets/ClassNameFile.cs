namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>A text file of a data set that names the classes, one on each line.</summary>
internal static class ClassNameFile
{
    /// <summary>Reads the names if the file exists.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="standard">The names to use if the file does not exist.</param>
    /// <exception cref="FormatException">The file does not have the same number of names, all different.</exception>
    public static string[] Read(string path, string[] standard)
    {
        if (!File.Exists(path))
        {
            return standard;
        }

        string[] names = [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0)];
        int different = names.Distinct(StringComparer.Ordinal).Count();
        return names.Length == standard.Length && different == names.Length
            ? names
            : throw new FormatException(
                $"'{path}' has {names.Length} class names, {different} of them different; expected {standard.Length} different names, one "
                + "on each line.");
    }
}
