namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>One file of a CIFAR data set.</summary>
/// <param name="Path">Where the file is.</param>
/// <param name="Count">How many records it has.</param>
internal sealed record CifarFile(string Path, int Count)
{
    /// <summary>Finds a file and checks its length.</summary>
    /// <param name="folder">Where it should be.</param>
    /// <param name="name">What it should be called.</param>
    /// <param name="format">What it should hold.</param>
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
                $"'{path}' has {file.Length} bytes, expected a multiple of {format.RecordLength}: each image has {format.RecordLength} bytes with its labels.");
    }
}
