namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>One file of a CIFAR data set.</summary>
/// <param name="Path">The path of the file.</param>
/// <param name="Count">The number of records in it.</param>
internal sealed record CifarFile(string Path, int Count)
{
    /// <summary>Finds a file and checks its length.</summary>
    /// <param name="folder">The folder of the file.</param>
    /// <param name="name">The name of the file.</param>
    /// <param name="format">The expected format.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">Its length is not that of a whole number of records.</exception>
    public static CifarFile Find(string folder, string name, CifarFormat format)
    {
        string path = System.IO.Path.Combine(folder, name);
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new FileNotFoundException($"There is no file '{path}'; it is one of the files in {format.Archive}.", path);
        }

        (long count, long rest) = Math.DivRem(file.Length, format.RecordLength);
        return rest == 0 && count is > 0 and <= int.MaxValue
            ? new CifarFile(path, (int)count)
            : throw new FormatException(
                $"'{path}' has {file.Length} bytes, expected a multiple of {format.RecordLength}: each image with its labels has "
                + $"{format.RecordLength} bytes.");
    }
}
