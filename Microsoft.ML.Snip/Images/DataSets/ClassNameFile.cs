namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>A text file that comes with a data set and names its classes, one a line.</summary>
internal static class ClassNameFile
{
    /// <summary>Reads the names if the file is there.</summary>
    /// <param name="path">Where the file may be.</param>
    /// <param name="standard">The names if it is not there.</param>
    /// <exception cref="FormatException">The file does not have as many different names.</exception>
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
                $"'{path}' has {names.Length} class names, {different} of them different; expected {standard.Length} different ones, one a line.");
    }
}
